import type { HlsAttribute } from './presentation'

const ATTRIBUTE_NAME = /^[A-Z0-9-]+$/
/** Numbers, hexadecimal sequences, resolutions and enumerated strings. */
const PLAIN_VALUE = /^[^\s",\p{Cc}\p{Surrogate}]+$/u
const QUOTED_VALUE = /^[^"\p{Cc}\p{Surrogate}]*$/u

/**
 * Tells whether an attribute can be written: no line break or quote in a quoted value,
 * no comma or space either in another, and nothing that UTF-8 cannot hold.
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
 * Any text as what a quoted value may hold: quotes become apostrophes, what would end the line becomes a space, and half a
 * surrogate pair, which UTF-8 cannot hold, the replacement character.
 *
 * @source RFC 8216, 4.1 and 4.2
 */
export const quotable = (text: string): string =>
  text.replace(/"/g, "'").replace(/[\p{Cc}\u{2028}\u{2029}]/gu, ' ').replace(/\p{Surrogate}/gu, '\u{fffd}')

/**
 * The attributes as they are.
 *
 * @errors Throws `RangeError` for an attribute that cannot be written, or that stands there twice.
 */
export const checkedAttributes = (tag: string, attributes: ReadonlyArray<HlsAttribute>): ReadonlyArray<HlsAttribute> => {
  const refused = attributes.find((attribute) => !isHlsAttribute(attribute))
  if (refused !== undefined) throw new RangeError(`an attribute of ${tag} cannot be written in a playlist`)
  const names = new Set(attributes.map(({ name }) => name))
  if (names.size < attributes.length) throw new RangeError(`an attribute of ${tag} stands there twice`)
  return attributes
}

/**
 * A tag with its attributes, as one line without its end.
 *
 * @errors Throws `RangeError` for an attribute that cannot be written, or that stands there twice.
 */
export const hlsTag = (tag: string, attributes: ReadonlyArray<HlsAttribute>): string => {
  const list = checkedAttributes(tag, attributes).map((attribute) =>
    attribute.quoted ? `${attribute.name}="${attribute.value}"` : `${attribute.name}=${attribute.value}`
  )
  return `#${tag}:${list.join(',')}`
}
