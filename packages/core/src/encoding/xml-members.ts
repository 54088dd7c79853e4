import * as E from 'fp-ts/Either'

import { readXml, type XmlElement, type XmlFault } from './read-xml'

/** What an element must and may hold. Whatever is not named is refused. */
export interface XmlShape {
  readonly required?: ReadonlyArray<string>
  readonly optional?: ReadonlyArray<string>
  /** With the value that each must have; its absence is refused. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** An element with the names of those around it, for faults. */
export interface PlacedElement {
  readonly element: XmlElement
  /** Such as `response/DATA`. */
  readonly where: string
}

const bad = (where: string, expected: string, found: string): E.Either<XmlFault, never> =>
  E.left({ type: 'BadInput', where, expected, found })

const badAttribute = ({ element, where }: PlacedElement, wanted: Readonly<Record<string, string>>) => {
  const other = [...element.attributes.keys()].find((name) => !Object.hasOwn(wanted, name))
  if (other !== undefined) return bad(`${where}/@${other}`, 'no such attribute', element.attributes.get(other) ?? '')
  const [name, value] = Object.entries(wanted).find(([key, is]) => element.attributes.get(key) !== is) ?? []
  return name === undefined ? undefined : bad(`${where}/@${name}`, value ?? '', element.attributes.get(name) ?? 'nothing')
}

/**
 * The children of an element by name, each at most once and with its own place.
 *
 * @errors `BadInput` for one that is missing, doubled or not named, text beside them, and other attributes.
 */
export const xmlMembers = (
  placed: PlacedElement,
  { required = [], optional = [], attributes = {} }: XmlShape
): E.Either<XmlFault, ReadonlyMap<string, PlacedElement>> => {
  const { element, where } = placed
  const attribute = badAttribute(placed, attributes)
  if (attribute !== undefined) return attribute
  if (element.text.trim() !== '') return bad(where, 'elements only', 'text')
  const members = new Map<string, PlacedElement>()
  for (const child of element.children) {
    const place = `${where}/${child.name}`
    if (!required.includes(child.name) && !optional.includes(child.name)) return bad(place, 'no such element', child.name)
    if (members.has(child.name)) return bad(place, 'one such element', 'several')
    members.set(child.name, { element: child, where: place })
  }
  const missing = required.find((name) => !members.has(name))
  return missing === undefined ? E.right(members) : bad(`${where}/${missing}`, 'such an element', 'none')
}

/** The outermost element of a text, which must have this name. @errors `BadInput` */
export const xmlRoot = (text: string, name: string): E.Either<XmlFault, PlacedElement> => {
  const read = readXml(text)
  if (E.isLeft(read)) return read
  return read.right.name === name ? E.right({ element: read.right, where: name }) : bad('XML', name, read.right.name)
}

/**
 * The text of an element that holds nothing else, without white space around it.
 *
 * @errors `BadInput`, also when it is empty.
 */
export const xmlText = (
  placed: PlacedElement,
  attributes: Readonly<Record<string, string>> = {}
): E.Either<XmlFault, string> => {
  const { element, where } = placed
  const attribute = badAttribute(placed, attributes)
  if (attribute !== undefined) return attribute
  if (element.children.length > 0) return bad(where, 'text only', 'elements')
  const text = element.text.trim()
  return text === '' ? bad(where, 'text, or no such element', 'nothing') : E.right(text)
}
