import { blob, fieldCursor, guid, record, u32 } from '../bytes/fields'
import type { FieldValue } from '../bytes/fields'

/** @source Advanced Systems Format Specification, 9.5 */
const FILE_FORMAT = record({
  majorType: guid,
  subType: guid,
  fixedSize: u32,
  temporalCompression: u32,
  sampleSize: u32,
  formatType: guid,
  format: blob(u32),
})

/** What the objects of a file transfer or binary stream are. */
export type FileFormat = FieldValue<typeof FILE_FORMAT>

/** Reads the type-specific data of a file transfer or binary stream. Undefined when it is too short. */
export const parseFileFormat = (bytes: Uint8Array): FileFormat | undefined => {
  const cursor = fieldCursor(bytes)
  const format = FILE_FORMAT(cursor)
  return cursor.short ? undefined : format
}
