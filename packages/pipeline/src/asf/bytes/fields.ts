import type { GuidText } from '../guid/guid-text'
import { GUID_BYTES, readGuid } from '../guid/guid-text'
import { readAscii } from './ascii-text'
import { readU16, readU32, readU64 } from './read-little-endian'
import { readUtf16 } from './utf16-text'

/** Where reading fields one after the other stands. */
export interface FieldCursor {
  readonly bytes: Uint8Array
  at: number
  /** A field went past the end; everything read from there on counts as 0 or empty. */
  short: boolean
  /** A list counts more items than are read. */
  tooMany: boolean
}

/** Reads one field and moves the cursor behind it. */
export type Field<A> = (cursor: FieldCursor) => A

/** What a field reads. */
export type FieldValue<F> = F extends Field<infer A> ? A : never

/** Bound on the items of one list, far above any real file: memory must not grow with what a file states. */
const MOST_ITEMS = 4096

/** A cursor before the first byte. */
export const fieldCursor = (bytes: Uint8Array): FieldCursor => ({ bytes, at: 0, short: false, tooMany: false })

/** The place of `length` bytes and moves behind them; the end of the bytes when there are fewer. */
const take = (cursor: FieldCursor, length: number): number => {
  const { at, bytes } = cursor
  if (length <= bytes.length - at) {
    cursor.at = at + length
    return at
  }
  cursor.short = true
  cursor.at = bytes.length
  return bytes.length
}

/** One byte. */
export const u8: Field<number> = (cursor) => cursor.bytes[take(cursor, 1)] ?? 0
/** Two bytes. */
export const u16: Field<number> = (cursor) => readU16(cursor.bytes, take(cursor, 2))
/** Four bytes. */
export const u32: Field<number> = (cursor) => readU32(cursor.bytes, take(cursor, 4))
/** Eight bytes; above 2^53 rounded. */
export const u64: Field<number> = (cursor) => readU64(cursor.bytes, take(cursor, 8))
/** Sixteen bytes in disk order. */
export const guid: Field<GuidText> = (cursor) => readGuid(cursor.bytes, take(cursor, GUID_BYTES))

/** As many bytes as another field says; a view, cut at the end. */
export const blob =
  (length: Field<number>): Field<Uint8Array> =>
  (cursor) => {
    const wanted = length(cursor)
    const whole = wanted <= cursor.bytes.length - cursor.at
    const from = cursor.at
    take(cursor, wanted)
    return cursor.bytes.subarray(from, whole ? from + wanted : undefined)
  }

/** UTF-16LE of as many bytes as another field says, up to the first NUL. */
export const textOfBytes =
  (length: Field<number>): Field<string> =>
  (cursor) => {
    const bytes = blob(length)(cursor)
    return readUtf16(bytes, 0, bytes.length)
  }

/** UTF-16LE of as many units of two bytes as another field says, up to the first NUL. */
export const textOfUnits = (length: Field<number>): Field<string> => textOfBytes((cursor) => length(cursor) * 2)

/** One-byte characters, as many as another field says, up to the first NUL. */
export const asciiOf =
  (length: Field<number>): Field<string> =>
  (cursor) => {
    const bytes = blob(length)(cursor)
    return readAscii(bytes, 0, bytes.length)
  }

/** Fields by name, in the order in which they are named. */
export const record =
  <A extends object>(fields: { readonly [K in keyof A]: Field<A[K]> }): Field<Readonly<A>> =>
  (cursor) => {
    const value: Partial<A> = {}
    for (const name of Object.keys(fields) as (keyof A)[]) value[name] = fields[name](cursor)
    return value as A
  }

/** So many items; one that goes past the end is left out, and so are those behind it. */
export const times =
  <A>(count: number, item: Field<A>): Field<ReadonlyArray<A>> =>
  (cursor) => {
    const items: A[] = []
    while (items.length < Math.min(count, MOST_ITEMS)) {
      const value = item(cursor)
      if (cursor.short) return items
      items.push(value)
    }
    cursor.tooMany ||= items.length < count
    return items
  }

/** As many items as another field says. */
export const listOf =
  <A>(count: Field<number>, item: Field<A>): Field<ReadonlyArray<A>> =>
  (cursor) =>
    times(count(cursor), item)(cursor)
