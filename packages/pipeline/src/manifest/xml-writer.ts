import type { XmlElement } from './xml-element'

/** What a character is in XML 1.0; surrogates must come in pairs. @source XML 1.0, 2.2, production 2 */
const XML_TEXT = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u
/** A safe part of the names that XML allows. @source XML 1.0, 2.3; Namespaces in XML 1.0, 4 */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?$/
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
const INDENT = '  '
/** Declared without being said. @source Namespaces in XML 1.0, 3 */
const BUILT_IN: ReadonlySet<string> = new Set(['xml', 'xmlns'])

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  // As plain characters they would come back as spaces or be dropped.
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
])

/** Tells whether a text may stand in an XML document at all; some control characters may not, even escaped. */
export const isXmlText = (text: string): boolean => XML_TEXT.test(text)

const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu
const REPLACEMENT = '\u{fffd}'

/** Any text, with the replacement character for what XML forbids. */
export const writableXml = (text: string): string => text.replace(FORBIDDEN, REPLACEMENT)

const escaped = (text: string): string => {
  if (!isXmlText(text)) throw new RangeError('a text holds a character that XML forbids')
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES.get(character) ?? character)
}

const prefixOf = (name: string): string => (name.includes(':') ? (name.split(':', 1)[0] ?? '') : '')

const checkName = (name: string, prefixes: ReadonlySet<string>): void => {
  if (!NAME.test(name)) throw new RangeError('a name is not one that XML allows')
  const prefix = prefixOf(name)
  if (prefix !== '' && !prefixes.has(prefix)) throw new RangeError(`the prefix ${prefix} is not declared`)
}

const declared = (element: XmlElement, outer: ReadonlySet<string>): ReadonlySet<string> => {
  const own = Object.keys(element.attributes ?? {}).filter((name) => name.startsWith('xmlns:'))
  return own.length === 0 ? outer : new Set([...outer, ...own.map((name) => name.slice('xmlns:'.length))])
}

const startTag = ({ name, attributes = {} }: XmlElement, prefixes: ReadonlySet<string>): string => {
  checkName(name, prefixes)
  const parts = Object.entries(attributes).map(([attribute, value]) => {
    checkName(attribute, prefixes)
    return ` ${attribute}="${escaped(value)}"`
  })
  return `<${name}${parts.join('')}`
}

const writeElement = (element: XmlElement, margin: string, outer: ReadonlySet<string>): string => {
  const prefixes = declared(element, outer)
  const start = startTag(element, prefixes)
  const { name, children = [] } = element
  if (children.length === 0) return `${start}/>`
  // White space would change an element that holds text.
  const isMixed = children.some((child) => typeof child === 'string')
  const inner = isMixed ? '' : `\n${margin}${INDENT}`
  const written = children.map((child) =>
    typeof child === 'string' ? escaped(child) : `${inner}${writeElement(child, margin + INDENT, prefixes)}`
  )
  return `${start}>${written.join('')}${isMixed ? '' : `\n${margin}`}</${name}>`
}

/**
 * Writes a document with one element per line, except inside elements that hold text.
 *
 * @errors Throws `RangeError` for a character that XML forbids, a name that is none, or a prefix that nothing declares.
 */
export const writeXml = (root: XmlElement): string => `${DECLARATION}${writeElement(root, '', BUILT_IN)}\n`
