import type { FieldValue } from '../bytes/fields'
import { guid, record, textOfBytes, textOfUnits, times, u16, u32, u64 } from '../bytes/fields'
import type { Field } from '../bytes/fields'

const FRONT = record({ reserved: guid, count: u32, zero: u16, name: textOfBytes(u16) })
const MARKER = record({
  /** Writers do not agree on where it counts from. */
  offset: u64,
  /** 100 ns units, preroll included. */
  time: u64,
  entryLength: u16,
  /** Milliseconds. */
  sendTime: u32,
  flags: u32,
  description: textOfUnits(u32),
})

/** A named place in the file: a chapter. */
export type Marker = FieldValue<typeof MARKER>

/** What a Marker Object says. @source Advanced Systems Format Specification, 3.7 */
export const MARKERS: Field<{ readonly name: string; readonly markers: ReadonlyArray<Marker> }> = (cursor) => {
  const { count, name } = FRONT(cursor)
  return { name, markers: times(count, MARKER)(cursor) }
}
