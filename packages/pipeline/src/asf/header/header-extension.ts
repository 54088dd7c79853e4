import { joinBytes } from '../bytes/join-bytes'
import { readU32 } from '../bytes/read-little-endian'
import { writeU16, writeU32 } from '../bytes/write-little-endian'
import { GUID_BYTES, guidBytes } from '../guid/guid-text'
import { HEADER_CHILD } from '../guid/header-guids'
import { RESERVED_1 } from '../guid/stream-guids'
import type { WarningLog } from '../../media/warning-log'
import type { AsfObject } from './asf-object'
import { buildAsfObject, splitObjects } from './asf-object'

const CHILDREN_AT = 46
const DATA_SIZE_AT = 42
const RESERVED_2 = 6

/** The objects inside a Header Extension Object. Its own size is trusted, not the one it states for its data. */
export const parseHeaderExtension = (
  { bytes, at }: AsfObject,
  warnings: WarningLog
): ReadonlyArray<AsfObject> => {
  if (bytes.length < CHILDREN_AT) {
    warnings.add(at, `Header Extension Object of ${bytes.length} bytes`)
    return []
  }
  const stated = readU32(bytes, DATA_SIZE_AT)
  const real = bytes.length - CHILDREN_AT
  if (stated !== real)
    warnings.add(at + DATA_SIZE_AT, `header extension states ${stated} bytes and has ${real}`)
  return splitObjects(bytes.subarray(CHILDREN_AT), at + CHILDREN_AT, warnings)
}

/** The whole object around its children. @source Advanced Systems Format Specification, 3.4 */
export const buildHeaderExtension = (children: ReadonlyArray<Uint8Array>): Uint8Array => {
  const data = joinBytes(children)
  const front = new Uint8Array(GUID_BYTES + 6)
  front.set(guidBytes(RESERVED_1))
  writeU16(front, GUID_BYTES, RESERVED_2)
  writeU32(front, GUID_BYTES + 2, data.length)
  return buildAsfObject(HEADER_CHILD.HeaderExtension, joinBytes([front, data]))
}
