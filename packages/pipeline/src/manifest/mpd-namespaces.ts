import type { Presentation } from './presentation'
import type { XmlElement } from './xml-element'

/** Prefixes that descriptors may use without declaring them. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['cenc', 'urn:mpeg:cenc:2013'],
  ['mspr', 'urn:microsoft:playready'],
  ['dashif', 'https://dashif.org/CPS'],
  ['ck', 'http://dashif.org/guidelines/clearKey'],
])

const namesIn = (element: XmlElement): ReadonlyArray<string> => [
  element.name,
  ...Object.keys(element.attributes ?? {}),
  ...(element.children ?? []).flatMap((child) => (typeof child === 'string' ? [] : namesIn(child))),
]

/** Declares, at the root, the well-known prefixes that the presentation's descriptors use. */
export const mpdNamespaces = ({ tracks }: Presentation): Readonly<Record<string, string>> => {
  const protections = tracks.flatMap(({ protection }) => (protection === undefined ? [] : [protection]))
  const elements = protections.flatMap(({ dash }) => dash.flatMap(({ xml }) => xml))
  const used = new Set(elements.flatMap(namesIn).map((name) => name.split(':', 1)[0]))
  if (protections.length > 0) used.add('cenc') // cenc:default_KID
  const declarations = [...KNOWN].filter(([prefix]) => used.has(prefix))
  return Object.fromEntries(declarations.map(([prefix, uri]) => [`xmlns:${prefix}`, uri]))
}
