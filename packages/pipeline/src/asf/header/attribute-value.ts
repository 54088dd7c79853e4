import { readBigU64, readU16, readU32 } from '../bytes/read-little-endian'
import { readUtf16 } from '../bytes/utf16-text'
import { GUID_BYTES, readGuid } from '../guid/guid-text'

/** A value of an attribute. Numbers that JSON would round, and GUIDs, are texts; other bytes are bytes. */
export type AttributeValue = string | number | boolean | Uint8Array

const TEXT = 0
const BOOLEAN = 2
const U32 = 3
const U64 = 4
const U16 = 5
const GUID = 6

/**
 * Reads a value of one of the seven types, as far as it goes. Booleans have 4 bytes in the Extended Content Description
 * and 2 in the Metadata objects: only the low two ever count.
 *
 * @source Advanced Systems Format Specification, 3.11, 4.7 and 4.8
 */
export const attributeValue = (type: number, bytes: Uint8Array): AttributeValue => {
  if (type === TEXT) return readUtf16(bytes, 0, bytes.length)
  if (type === BOOLEAN) return readU16(bytes, 0) !== 0
  if (type === U32) return readU32(bytes, 0)
  if (type === U16) return readU16(bytes, 0)
  if (type === GUID && bytes.length === GUID_BYTES) return readGuid(bytes, 0)
  if (type !== U64) return bytes
  const value = readBigU64(bytes, 0)
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? String(value) : Number(value)
}
