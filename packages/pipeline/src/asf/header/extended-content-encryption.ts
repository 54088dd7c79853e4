import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { joinBytes } from '../bytes/join-bytes'
import { readU32 } from '../bytes/read-little-endian'
import { writeU32 } from '../bytes/write-little-endian'
import { HEADER_CHILD } from '../guid/header-guids'
import { buildAsfObject, OBJECT_FRAME } from './asf-object'

const DATA_AT = 4

/**
 * The whole object around the header of a rights system, ready for `protectionObjects` of the writer.
 *
 * @source Advanced Systems Format Specification, 3.15
 */
export const extendedContentEncryptionObject = (data: Uint8Array): Uint8Array => {
  const length = new Uint8Array(DATA_AT)
  writeU32(length, 0, data.length)
  return buildAsfObject(HEADER_CHILD.ExtendedContentEncryption, joinBytes([length, data]))
}

/**
 * Reads the body of the object; answers the data inside, a view.
 *
 * @param at Byte offset of the object in the file, for the fault.
 * @errors MalformedMedia when the stated length goes past the end.
 */
export const parseExtendedContentEncryption = (
  body: Uint8Array,
  at = 0
): E.Either<MalformedMedia, Uint8Array> => {
  const length = readU32(body, 0)
  if (body.length < DATA_AT || length > body.length - DATA_AT) {
    const expected = `${length} bytes of data`
    const found = `${Math.max(0, body.length - DATA_AT)} bytes`
    return E.left({ type: 'MalformedMedia', format: 'asf', at: at + OBJECT_FRAME, expected, found })
  }
  return E.right(body.subarray(DATA_AT, DATA_AT + length))
}
