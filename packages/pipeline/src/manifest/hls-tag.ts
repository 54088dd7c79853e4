import type { HlsAttribute } from './presentation'

const ATTRIBUTE_NAME = /^[A-Z0-9-]+$/
/** Numbers, hexadecimal sequences, resolutions and enumerated strings. */
const PLAIN_VALUE = /^[^\s",\p{Cc}]+$/u
const QUOTED_VALUE = /^[^"\p{Cc}]*$/u

/**
 * Tells whether an attribute can be written: no line break or quote in a quoted value,
 * no comma or space either in another.
 *
 * @source RFC 8216, 4.2
 */
export const isHlsAttribute = ({ name, value, quoted }: HlsAttribute): boolean =>
  ATTRIBUTE_NAME.test(name) && (quoted ? QUOTED_VALUE : PLAIN_VALUE).test(value)

/** An attribute whose value stands in quotes. */
export const quoted = (name: string, value: string): HlsAttribute => ({ name, value, quoted: true })

/** An attribute whose value stands as it is. */
export const plain = (name: string, value: string | number): HlsAttribute => ({
  name,
  value: String(value),
  quoted: false,
})

/**
 * A tag with its attributes, as one line without its end.
 *
 * @errors Throws `RangeError` for an attribute that cannot be written, or that stands there twice.
 */
export const hlsTag = (tag: string, attributes: ReadonlyArray<HlsAttribute>): string => {
  const refused = attributes.find((attribute) => !isHlsAttribute(attribute))
  if (refused !== undefined) throw new RangeError(`an attribute of ${tag} cannot be written in a playlist`)
  const names = new Set(attributes.map(({ name }) => name))
  if (names.size < attributes.length) throw new RangeError(`an attribute of ${tag} stands there twice`)
  const list = attributes.map((attribute) =>
    attribute.quoted ? `${attribute.name}="${attribute.value}"` : `${attribute.name}=${attribute.value}`
  )
  return `#${tag}:${list.join(',')}`
}
