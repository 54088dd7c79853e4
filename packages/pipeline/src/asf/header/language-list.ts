import { joinBytes } from '../bytes/join-bytes'
import { readU16 } from '../bytes/read-little-endian'
import { readUtf16, utf16Bytes } from '../bytes/utf16-text'
import { writeU16 } from '../bytes/write-little-endian'
import { EXTENSION_CHILD } from '../guid/header-guids'
import { bodyOf, buildAsfObject } from './asf-object'
import type { AsfObject } from './asf-object'

/** The RFC 1766 tags that streams name by their place. @source Advanced Systems Format Specification, 4.6 */
export const parseLanguageList = (object: AsfObject): ReadonlyArray<string> => {
  const body = bodyOf(object)
  const languages: string[] = []
  let at = 2
  for (let left = readU16(body, 0); left > 0 && at < body.length; left -= 1) {
    const length = body[at] ?? 0
    languages.push(readUtf16(body, at + 1, length))
    at += 1 + length
  }
  return languages
}

/** The whole object, with its frame. */
export const buildLanguageList = (languages: ReadonlyArray<string>): Uint8Array => {
  const count = new Uint8Array(2)
  writeU16(count, 0, languages.length)
  const tags = languages.map(utf16Bytes).flatMap((tag) => [Uint8Array.of(tag.length), tag])
  return buildAsfObject(EXTENSION_CHILD.LanguageList, joinBytes([count, ...tags]))
}
