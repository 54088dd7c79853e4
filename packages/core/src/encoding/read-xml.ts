import * as E from 'fp-ts/Either'
import { SaxesParser } from 'saxes'

import type { CoreFault } from '../fault/core-fault'

/** One element with all that is inside it. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: ReadonlyArray<XmlElement>
  /** All text between the children, as it stands. */
  readonly text: string
}

/** Says that a text is no XML, or none of the kind that is read here. */
export type XmlFault = Extract<CoreFault, { type: 'BadInput' }>

interface Open {
  readonly name: string
  readonly attributes: Map<string, string>
  readonly children: XmlElement[]
  text: string
}

const MAX_DEPTH = 16
const MAX_ELEMENTS = 256

/** Thrown inside the parser's handlers, so that it reads no further. */
class Refused extends Error {}

const builder = (parser: SaxesParser): (() => XmlElement | undefined) => {
  const open: Open[] = []
  let root: XmlElement | undefined
  let elements = 0
  parser.on('doctype', () => {
    throw new Refused('a document type')
  })
  parser.on('processinginstruction', () => {
    throw new Refused('a processing instruction')
  })
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1
    if (open.length >= MAX_DEPTH) throw new Refused(`more than ${MAX_DEPTH} elements in each other`)
    if (elements > MAX_ELEMENTS) throw new Refused(`more than ${MAX_ELEMENTS} elements`)
    open.push({ name, attributes: new Map(Object.entries(attributes)), children: [], text: '' })
  })
  const onText = (text: string): void => {
    const inside = open.at(-1)
    if (inside !== undefined) inside.text += text
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('closetag', () => {
    const element = open.pop()
    if (element === undefined) return
    const outside = open.at(-1)
    if (outside === undefined) root = element
    else outside.children.push(element)
  })
  return () => root
}

/**
 * Reads a whole XML text, which is expected to be small: the caller bounds its length. A document type and with it every
 * entity of its own is refused, so nothing expands and nothing is fetched.
 *
 * @errors `BadInput` for text that is not well-formed, a document type, a processing instruction, more than 16 elements in
 * each other, more than 256 in all.
 */
export const readXml = (text: string): E.Either<XmlFault, XmlElement> => {
  const parser = new SaxesParser()
  const built = builder(parser)
  try {
    parser.write(text).close()
  } catch (error) {
    return bad(error instanceof Refused ? error.message : 'text that is not well-formed')
  }
  const root = built()
  return root === undefined ? bad('no element') : E.right(root)
}

const bad = (found: string): E.Either<XmlFault, never> =>
  E.left({ type: 'BadInput', where: 'XML', expected: 'a well-formed document without a document type', found })

/** A text as it stands inside an element. */
export const xmlEscaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
