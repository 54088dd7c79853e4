import { types } from 'node:util'

import { CoreError } from '../fault/core-error'

/** A row by column name, as an engine gives it. */
export type Row = Readonly<Record<string, unknown>>

/** The text in a column. Throws {@link CoreError} with `LogBroken` for anything else: the file was changed by others. */
export const textOf = (row: Row, column: string): string => {
  const value = row[column]
  if (typeof value !== 'string') throw broken(row, column, 'text', value)
  return value
}

/** The text or null in a column. */
export const optionalTextOf = (row: Row, column: string): string | null =>
  row[column] === null ? null : textOf(row, column)

/** The whole number in a column, from 0 to `largest`. */
export const numberOf = (row: Row, column: string, largest = Number.MAX_SAFE_INTEGER): number => {
  const value = row[column]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > largest) {
    throw broken(row, column, `a whole number up to ${largest}`, value)
  }
  return value
}

/** The whole numbers in a column that holds a list of them. */
export const numbersOf = (row: Row, column: string): ReadonlyArray<number> => {
  const value = row[column]
  if (!Array.isArray(value)) throw broken(row, column, 'a list', value)
  return value.map((each: unknown) => numberOf({ ...row, [column]: each }, column))
}

/** The bytes in a column, copied into memory of their own. */
export const bytesOf = (row: Row, column: string): Uint8Array<ArrayBuffer> => {
  const value = row[column]
  // The engine gives a Buffer for a single row and an ArrayBuffer in a list; `instanceof` fails for those of another realm.
  if (types.isArrayBuffer(value)) return new Uint8Array(value.slice(0))
  if (!ArrayBuffer.isView(value)) throw broken(row, column, 'bytes', value)
  return new Uint8Array(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
}

const broken = (row: Row, column: string, expected: string, value: unknown): CoreError => {
  const position = row['position']
  return new CoreError({
    type: 'LogBroken',
    position: typeof position === 'number' ? position : 0,
    expected: `${expected} in column ${column}`,
    found: value === null ? 'null' : typeof value,
  })
}
