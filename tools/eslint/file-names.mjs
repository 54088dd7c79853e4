import { basename } from 'node:path'

import { pathInRepository } from './names.mjs'

const KINDS_OF_CODE = new Set(['common', 'helpers', 'helper', 'interfaces', 'misc', 'types', 'util', 'utils'])
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*$/

/** A file is named after what it exports and a folder after a concept, never after a kind of code. */
export const fileNames = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      kebab: '{{name}} is not kebab-case.',
      kind: '{{name}} names a kind of code: name the file or folder after the concept in it.',
    },
  },
  create: (context) => ({
    Program: (node) => {
      const path = pathInRepository(context)
      const name = basename(path)
      if (!KEBAB_CASE.test(name)) context.report({ node, messageId: 'kebab', data: { name } })
      const words = path.split('/').slice(1)
      const kind = words.find((word) => KINDS_OF_CODE.has(word.split('.')[0]))
      if (kind !== undefined) context.report({ node, messageId: 'kind', data: { name: kind } })
    },
  }),
}
