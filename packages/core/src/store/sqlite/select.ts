import { CoreError } from '../../fault/core-error'
import type { Row } from '../row'
import type { Sql, SqlValue } from './sql'

/** A column, or a name and the expression that it is for. */
export type Column = string | readonly [name: string, expression: string]

/** What a question asks for, by the kind of its values. */
export interface Columns {
  readonly numbers?: ReadonlyArray<Column>
  readonly texts?: ReadonlyArray<Column>
  /** Texts that may be null. */
  readonly optionalTexts?: ReadonlyArray<Column>
  readonly bytes?: ReadonlyArray<Column>
}

/** A question: its statement, and how an answer is read. */
export interface Select {
  readonly statement: string
  readonly read: (values: ReadonlyArray<unknown>) => Row
}

/** Stands between texts, which hold none. */
const ZERO = '\0'
const PRESENT = '='

const nameOf = (column: Column): string => (typeof column === 'string' ? column : column[0])
const expressionOf = (column: Column): string => (typeof column === 'string' ? column : column[1])

/**
 * Makes a question. All texts of a row come as one value of bytes: the engine ends the process when a text that it hands over
 * is no UTF-8, as in a damaged file, and one value is had sooner than many. What is no UTF-8 reads as U+FFFD, so that the
 * hash or digest over it differs. Every value is cast, because a damaged row may state any type.
 *
 * @param rest from `FROM` on.
 */
export const select = (columns: Columns, rest: string): Select => {
  const { numbers = [], texts = [], optionalTexts = [], bytes = [] } = columns
  const joined = [
    ...texts.map(expressionOf),
    ...optionalTexts.map((column) => `COALESCE('${PRESENT}' || ${expressionOf(column)}, '')`),
  ].join(' || char(0) || ')
  const values = [
    ...numbers.map((column) => `CAST(${expressionOf(column)} AS INTEGER)`),
    ...bytes.map((column) => `CAST(${expressionOf(column)} AS BLOB)`),
    ...(joined === '' ? [] : [`CAST(${joined} AS BLOB)`]),
  ]
  const whole = [...numbers, ...bytes].map(nameOf)
  const parts = [...texts, ...optionalTexts].map(nameOf)
  const read = (found: ReadonlyArray<unknown>): Row => {
    const row: Record<string, unknown> = {}
    whole.forEach((name, index) => (row[name] = found[index]))
    if (parts.length === 0) return row
    const split = textOfBytes(found[whole.length])?.split(ZERO) ?? []
    if (split.length !== parts.length) throw torn(row['position'], parts.length, split.length)
    parts.forEach((name, index) => {
      const part = split[index] ?? ''
      if (index < texts.length) row[name] = part
      else row[name] = part === '' ? null : part.slice(PRESENT.length)
    })
    return row
  }
  return { statement: `SELECT ${values.join(', ')} ${rest}`, read }
}

const textOfBytes = (value: unknown): string | undefined =>
  ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8') : undefined

const torn = (position: unknown, expected: number, found: number): CoreError =>
  new CoreError({
    type: 'LogBroken',
    position: typeof position === 'number' ? position : 0,
    expected: `${expected} texts in a row`,
    found: String(found),
  })

/** All answers to a question. Throws {@link CoreError} with `LogBroken` for a row that holds other things than asked for. */
export const rows = (sql: Sql, { statement, read }: Select, values: ReadonlyArray<SqlValue> = []): ReadonlyArray<Row> =>
  sql.rows(statement, values).map(read)

/** The first answer. */
export const firstRow = (sql: Sql, { statement, read }: Select, values: ReadonlyArray<SqlValue> = []): Row | undefined => {
  const found = sql.first(statement, values)
  return found === undefined ? undefined : read(found)
}
