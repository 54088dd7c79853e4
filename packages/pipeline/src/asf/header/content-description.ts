import { joinBytes } from '../bytes/join-bytes'
import { readU16 } from '../bytes/read-little-endian'
import { readUtf16, utf16Bytes } from '../bytes/utf16-text'
import { writeU16 } from '../bytes/write-little-endian'
import { HEADER_CHILD } from '../guid/header-guids'
import { bodyOf, buildAsfObject } from './asf-object'
import type { AsfObject } from './asf-object'

/** The five texts that every player shows; empty where there is none. */
export interface ContentDescription {
  readonly title: string
  readonly author: string
  readonly copyright: string
  readonly description: string
  readonly rating: string
}

const FIELDS = ['title', 'author', 'copyright', 'description', 'rating'] as const
const TEXTS_AT = FIELDS.length * 2
const LONGEST = 0xfffe / 2 - 1

/** Reads the object; a text that is cut short gives what is there. */
export const parseContentDescription = (object: AsfObject): ContentDescription => {
  const body = bodyOf(object)
  const texts = { title: '', author: '', copyright: '', description: '', rating: '' }
  let at = TEXTS_AT
  FIELDS.forEach((field, index) => {
    const length = readU16(body, index * 2)
    texts[field] = readUtf16(body, at, length)
    at += length
  })
  return texts
}

/** The whole object. Texts longer than its 16-bit lengths are cut. @source Advanced Systems Format Specification, 3.10 */
export const buildContentDescription = (texts: ContentDescription): Uint8Array => {
  const pieces = FIELDS.map((field) =>
    texts[field] === '' ? new Uint8Array() : utf16Bytes(texts[field].slice(0, LONGEST))
  )
  const lengths = new Uint8Array(TEXTS_AT)
  pieces.forEach((piece, index) => writeU16(lengths, index * 2, piece.length))
  return buildAsfObject(HEADER_CHILD.ContentDescription, joinBytes([lengths, ...pieces]))
}
