import * as E from 'fp-ts/Either'
import { SaxesParser } from 'saxes'

import type { WrmHeaderFault } from './wrm-header'

/** One element of a header. */
export interface WrmElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: ReadonlyArray<WrmElement>
  /** All text directly inside, blanks at both ends taken off. */
  readonly text: string
  /** What stands between its tags, as it stands. */
  readonly inside: string
  /** Byte offset in the header, after the element's first tag. */
  readonly at: number
}

interface Open {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: WrmElement[]
  readonly from: number
  text: string
}

/** A header is a few hundred bytes in practice, PlayReady allows 15 KiB; this is the bound before anything is parsed. */
const LARGEST_HEADER = 64 * 1024
const MAX_DEPTH = 16
const MAX_ELEMENTS = 1024
const BYTES_PER_UNIT = 2
const BYTE_ORDER_MARK = '\ufeff'

/** Thrown inside the parser's handlers, so that it reads no further. */
class Refused extends Error {}

/**
 * Reads the XML of a header, UTF-16LE with or without a byte order mark; zero characters behind it are left out. A
 * document type is refused, and so is whatever would go past 64 KiB, 16 elements in each other or 1024 in all.
 *
 * @errors `WrmHeaderMalformed` with the byte offset in the header.
 */
export const readWrmXml = (bytes: Uint8Array): E.Either<WrmHeaderFault, WrmElement> => {
  if (bytes.length > LARGEST_HEADER) return malformed(0, `at most ${String(LARGEST_HEADER)} bytes`, String(bytes.length))
  const { xml, skipped } = decode(bytes)
  const parser = new SaxesParser()
  const root = buildTree(parser, xml, skipped)
  try {
    parser.write(xml).close()
  } catch (error) {
    const at = byteOffset(Math.min(parser.position, xml.length), skipped)
    return malformed(at, 'well-formed XML without a DOCTYPE', error instanceof Error ? error.message : 'other text')
  }
  const element = root()
  return element === undefined ? malformed(0, 'an element', 'none') : E.right(element)
}

const malformed = (at: number, expected: string, found: string): E.Either<WrmHeaderFault, never> =>
  E.left({ type: 'WrmHeaderMalformed', at, expected, found })

const byteOffset = (units: number, skipped: number): number => (units + skipped) * BYTES_PER_UNIT

const decode = (bytes: Uint8Array): { readonly xml: string; readonly skipped: number } => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf16le')
  const skipped = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  let end = text.length
  while (end > skipped && text.charCodeAt(end - 1) === 0) end -= 1
  return { xml: text.slice(skipped, end), skipped }
}

const buildTree = (parser: SaxesParser, xml: string, skipped: number): (() => WrmElement | undefined) => {
  const open: Open[] = []
  let root: WrmElement | undefined
  let elements = 0
  parser.on('error', (error) => {
    throw new Refused(error.message)
  })
  parser.on('doctype', () => {
    throw new Refused('a DOCTYPE')
  })
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1
    if (open.length >= MAX_DEPTH) throw new Refused(`more than ${String(MAX_DEPTH)} elements in each other`)
    if (elements > MAX_ELEMENTS) throw new Refused(`more than ${String(MAX_ELEMENTS)} elements`)
    open.push({ name, attributes: new Map(Object.entries(attributes)), children: [], from: parser.position, text: '' })
  })
  const onText = (text: string): void => {
    const inside = open.at(-1)
    if (inside !== undefined) inside.text += text
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed === undefined) return
    const { name, attributes, children, from, text } = closed
    const to = Math.max(from, xml.lastIndexOf('<', parser.position - 1))
    const element = { name, attributes, children, text: text.trim(), inside: xml.slice(from, to), at: byteOffset(from, skipped) }
    const outside = open.at(-1)
    if (outside === undefined) root = element
    else outside.children.push(element)
  })
  return () => root
}
