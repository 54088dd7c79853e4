import { globalName, isIn, memberName, pathInRepository, stringOf, variableOf } from './names.mjs'

/** Each of these may answer a slice of the 8 KiB pool that all small Buffers share. */
const POOLED = new Set(['allocUnsafe', 'concat', 'of'])

const ENCODINGS = new Set([
  'ascii',
  'base64',
  'base64url',
  'binary',
  'hex',
  'latin1',
  'ucs2',
  'ucs-2',
  'utf8',
  'utf-8',
  'utf16le',
])

const isBuffer = (sourceCode, node) => {
  if (node.type !== 'Identifier' || node.name !== 'Buffer') return false
  if (globalName(sourceCode, node) === 'Buffer') return true
  return variableOf(sourceCode, node)?.defs[0]?.type === 'ImportBinding'
}

/** `Buffer.from(x.buffer, …)` makes a view and copies nothing; every other form copies into the pool. */
const isView = ([first]) => first?.type === 'MemberExpression' && memberName(first) === 'buffer'

/**
 * R5: where secrets pass, bytes are own allocations and never strings, because neither pooled memory nor a
 * string can be wiped. Public values are spelt by `encoding/`, which lies outside these folders.
 */
export const noPooledSecrets = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: { mayExport: { type: 'array', items: { type: 'string' } } },
        required: ['mayExport'],
        additionalProperties: false,
      },
    ],
    messages: {
      pooled: 'Buffer.{{name}} may answer pooled memory, which cannot be wiped: allocate with `new Uint8Array` (R5).',
      string: "toString('{{encoding}}') makes a string of bytes, which cannot be wiped: see encoding/ for public values (R5).",
      exported: 'export() takes the bytes out of a key: only the files named in the configuration may (R5).',
    },
  },
  create: (context) => {
    const { sourceCode } = context
    const mayExport = isIn(pathInRepository(context), context.options[0].mayExport)
    const onBuffer = (node, name) => {
      if (POOLED.has(name) || (name === 'from' && !isView(node.arguments))) {
        context.report({ node, messageId: 'pooled', data: { name } })
      }
    }
    const check = (node) => {
      const { callee } = node
      if (callee.type !== 'MemberExpression') return
      const name = memberName(callee)
      if (isBuffer(sourceCode, callee.object)) onBuffer(node, name)
      const encoding = stringOf(node.arguments[0])
      if (name === 'toString' && ENCODINGS.has(encoding)) {
        context.report({ node, messageId: 'string', data: { encoding } })
      }
      if (name === 'export' && !mayExport) context.report({ node, messageId: 'exported' })
    }
    return {
      CallExpression: check,
      NewExpression: (node) => {
        if (isBuffer(sourceCode, node.callee)) onBuffer(node, 'from')
      },
    }
  },
}
