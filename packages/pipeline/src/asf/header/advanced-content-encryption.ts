import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { joinBytes } from '../bytes/join-bytes'
import { readU16, readU32 } from '../bytes/read-little-endian'
import { writeU16, writeU32 } from '../bytes/write-little-endian'
import type { GuidText } from '../guid/guid-text'
import { GUID_BYTES, guidBytes, readGuid } from '../guid/guid-text'
import { EXTENSION_CHILD } from '../guid/header-guids'
import { buildAsfObject, OBJECT_FRAME } from './asf-object'

/** What a record applies to. `idType` 1 is a stream, named by its number in two bytes (unverified on files). */
export interface EncryptedObjectId {
  readonly idType: number
  readonly id: Uint8Array
}

/** What one rights system says; its data is opaque here. @source Advanced Systems Format Specification, 4.13 */
export interface AdvancedContentEncryptionRecord {
  readonly systemId: GuidText
  readonly systemVersion: number
  readonly objects: ReadonlyArray<EncryptedObjectId>
  readonly data: Uint8Array
}

const RECORD_FIXED = GUID_BYTES + 6
const ID_FIXED = 4
const COUNT_BYTES = 2

/** The whole object, ready for `extensionObjects` of the writer. */
export const advancedContentEncryptionObject = (
  records: ReadonlyArray<AdvancedContentEncryptionRecord>
): Uint8Array => {
  const count = new Uint8Array(2)
  writeU16(count, 0, records.length)
  return buildAsfObject(
    EXTENSION_CHILD.AdvancedContentEncryption,
    joinBytes([count, ...records.map(recordBytes)])
  )
}

const recordBytes = (record: AdvancedContentEncryptionRecord): Uint8Array => {
  const front = new Uint8Array(RECORD_FIXED)
  front.set(guidBytes(record.systemId))
  writeU32(front, GUID_BYTES, record.systemVersion)
  writeU16(front, GUID_BYTES + 4, record.objects.length)
  const ids = record.objects.map(({ idType, id }) => {
    const bytes = new Uint8Array(ID_FIXED + id.length)
    writeU16(bytes, 0, idType)
    writeU16(bytes, 2, id.length)
    bytes.set(id, ID_FIXED)
    return bytes
  })
  const length = new Uint8Array(4)
  writeU32(length, 0, record.data.length)
  return joinBytes([front, ...ids, length, record.data])
}

type Records = ReadonlyArray<AdvancedContentEncryptionRecord>

/**
 * Reads the body of the object, which is what `ProtectionHeader.data` holds.
 *
 * @param at Byte offset of the object in the file, for the fault.
 * @errors MalformedMedia when a count or length goes past the end.
 */
export const parseAdvancedContentEncryption = (
  body: Uint8Array,
  at = 0
): E.Either<MalformedMedia, Records> => {
  const records: AdvancedContentEncryptionRecord[] = []
  let from = COUNT_BYTES
  if (body.length < COUNT_BYTES) return malformed(at + OBJECT_FRAME, 'a number of records', `${body.length} bytes`)
  for (let left = readU16(body, 0); left > 0; left -= 1) {
    const read = readRecord(body, from)
    if (read === undefined) {
      return malformed(at + OBJECT_FRAME + from, `${left} more records`, `${body.length - from} bytes`)
    }
    records.push(read.record)
    from = read.next
  }
  return E.right(records)
}

const malformed = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  E.left({ type: 'MalformedMedia', format: 'asf', at, expected, found })

const readRecord = (
  body: Uint8Array,
  from: number
): { readonly record: AdvancedContentEncryptionRecord; readonly next: number } | undefined => {
  if (from + RECORD_FIXED > body.length) return undefined
  const objects: EncryptedObjectId[] = []
  let at = from + RECORD_FIXED
  for (let left = readU16(body, from + GUID_BYTES + 4); left > 0; left -= 1) {
    const end = at + ID_FIXED + readU16(body, at + 2)
    if (at + ID_FIXED > body.length || end > body.length) return undefined
    objects.push({ idType: readU16(body, at), id: body.subarray(at + ID_FIXED, end) })
    at = end
  }
  const next = at + 4 + readU32(body, at)
  if (at + 4 > body.length || next > body.length) return undefined
  const record = {
    systemId: readGuid(body, from),
    systemVersion: readU32(body, from + GUID_BYTES),
    objects,
    data: body.subarray(at + 4, next),
  }
  return { record, next }
}
