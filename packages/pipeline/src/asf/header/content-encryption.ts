import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { asciiBytes, readAscii } from '../bytes/ascii-text'
import { joinBytes } from '../bytes/join-bytes'
import { readU32 } from '../bytes/read-little-endian'
import { writeU32 } from '../bytes/write-little-endian'
import { HEADER_CHILD } from '../guid/header-guids'
import { buildAsfObject, OBJECT_FRAME } from './asf-object'

/** What a Content Encryption Object says; opaque here. @source Advanced Systems Format Specification, 3.14 */
export interface ContentEncryption {
  readonly secretData: Uint8Array
  /** Always `DRM` in files of Windows Media. */
  readonly protectionType: string
  /** Text of the rights system, often base64. */
  readonly keyId: string
  readonly licenseUrl: string
}

/** The whole object, ready for `protectionObjects` of the writer. Texts are one byte for each character. */
export const contentEncryptionObject = (fields: ContentEncryption): Uint8Array => {
  const parts = [
    fields.secretData,
    asciiBytes(fields.protectionType),
    asciiBytes(fields.keyId),
    asciiBytes(fields.licenseUrl),
  ]
  return buildAsfObject(
    HEADER_CHILD.ContentEncryption,
    joinBytes(parts.flatMap((part) => [lengthOf(part), part]))
  )
}

const lengthOf = (part: Uint8Array): Uint8Array => {
  const length = new Uint8Array(4)
  writeU32(length, 0, part.length)
  return length
}

/**
 * Reads the body of the object, which is what `ProtectionHeader.data` holds.
 *
 * @param at Byte offset of the object in the file, for the fault.
 * @errors MalformedMedia when a length goes past the end.
 */
export const parseContentEncryption = (
  body: Uint8Array,
  at = 0
): E.Either<MalformedMedia, ContentEncryption> => {
  const parts: Uint8Array[] = []
  let from = 0
  for (let part = 0; part < 4; part += 1) {
    const length = readU32(body, from)
    const left = body.length - from - 4
    if (left < length) {
      const found = left < 0 ? 'the end of the object' : `a length of ${length} where ${left} bytes are left`
      const expected = 'four fields with their lengths'
      return E.left({ type: 'MalformedMedia', format: 'asf', at: at + OBJECT_FRAME + from, expected, found })
    }
    parts.push(body.subarray(from + 4, from + 4 + length))
    from += 4 + length
  }
  const [secret, type, keyId, url] = parts
  const text = (part: Uint8Array = new Uint8Array()): string => readAscii(part, 0, part.length)
  return E.right({
    secretData: secret ?? new Uint8Array(),
    protectionType: text(type),
    keyId: text(keyId),
    licenseUrl: text(url),
  })
}
