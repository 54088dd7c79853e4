import * as E from 'fp-ts/Either'

import { systemClock } from '../../../clock/system-clock'
import { systemRandom } from '../../../random/system-random'
import { TEST_LOG_ID } from '../../../testing/store/store-place'
import { filled, flipOutcome, type FlipOutcome, flippedProjections } from '../../testing/flipped-contents'
import { openPostgresStore } from '../open-postgres-store'
import { freshPostgresPlace, type PostgresPlace } from './fresh-postgres-place'

const TABLES = ['meta', 'log', 'head', 'idempotency', 'model', 'read_model', 'state'] as const
/** The engine holds no two rows of one name, whatever a statement says. */
const UNIQUE_VIOLATION = '23505'

/** A value in a table of the store. */
export interface StoredValue {
  readonly table: string
  readonly column: string
  /** Place of its row among those of the table in their order, from 1. */
  readonly row: number
  readonly type: 'text' | 'bigint' | 'bytea'
  /** A text in UTF-8, a number in two's complement with the high byte first. */
  readonly bytes: Buffer
}

/** A store whose tables are damaged past it, and put right again. */
export interface FlippedRows extends PostgresPlace {
  /** All values of all tables. */
  readonly values: ReadonlyArray<StoredValue>
  /** Flips a bit of a value; false where the engine cannot hold what comes of it. */
  readonly flip: (value: StoredValue, bit: number) => Promise<boolean>
  /** Opens the store, verifies it unless told not to, and reads everything. */
  readonly outcome: (verify?: boolean) => Promise<FlipOutcome>
  /** Puts all tables back as they were. */
  readonly restore: () => Promise<void>
}

type Query = PostgresPlace['query']
type Flipped = string | Buffer | undefined

const COLUMNS = `SELECT table_name AS table, column_name AS name, data_type AS type FROM information_schema.columns
  WHERE table_schema = $1 AND table_name = ANY ($2) ORDER BY table_name, ordinal_position`
const numbered = (table: string): string => `SELECT *, row_number() OVER (ORDER BY kept) AS nr FROM ${table} AS kept`

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
}

const isValueType = (type: string): type is StoredValue['type'] => ['text', 'bigint', 'bytea'].includes(type)

const bytesOf = (value: string | Buffer, type: StoredValue['type']): Buffer => {
  if (Buffer.isBuffer(value)) return value
  if (type === 'text') return Buffer.from(value)
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

/** What the flipped bytes are; undefined for a text that the server refuses. */
const flippedValue = ({ bytes, type }: StoredValue, bit: number): Flipped => {
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  if (type === 'bytea') return changed
  if (type === 'bigint') return String(changed.readBigInt64BE())
  const text = changed.toString('utf8')
  return Buffer.from(text).equals(changed) && !text.includes('\0') ? text : undefined
}

const valuesIn = async (query: Query, columns: ReadonlyArray<Column>): Promise<ReadonlyArray<StoredValue>> => {
  const values: StoredValue[] = []
  for (const { table, name, type } of columns) {
    if (!isValueType(type)) continue
    const rows = await query(`SELECT ${name} AS value FROM kept_${table} ORDER BY nr`)
    rows.forEach(({ value }, index) => {
      if (value === null) return
      values.push({ table, column: name, row: index + 1, type, bytes: bytesOf(value as string | Buffer, type) })
    })
  }
  return values
}

const flipIn = async (query: Query, stored: StoredValue, bit: number): Promise<boolean> => {
  const { table, column, row } = stored
  const value = flippedValue(stored, bit)
  if (value === undefined) return false
  const place = `SELECT ctid FROM (SELECT ctid, row_number() OVER (ORDER BY kept) AS nr FROM ${table} AS kept) AS rows WHERE nr = $2`
  try {
    await query(`UPDATE ${table} SET ${column} = $1 WHERE ctid = (${place})`, [value, row])
    return true
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === UNIQUE_VIOLATION) return false
    throw error
  }
}

const restoreFrom = async (query: Query, columns: ReadonlyArray<Column>): Promise<void> => {
  await query('BEGIN')
  for (const table of TABLES) {
    const names = columns.filter((column) => column.table === table).map(({ name }) => name)
    await query(`DELETE FROM ${table}`)
    await query(`INSERT INTO ${table} SELECT ${names.join(', ')} FROM kept_${table} ORDER BY nr`)
  }
  await query('COMMIT')
}

/** Makes a whole store, with rows in every table. */
export const flippedRows = async (): Promise<FlippedRows> => {
  const place = await freshPostgresPlace()
  const { query, schema, server: connection } = place
  const everything = await filled(await place.open({ projections: flippedProjections }))
  for (const table of TABLES) await query(`CREATE TEMPORARY TABLE kept_${table} AS ${numbered(table)}`)
  const columns = (await query(COLUMNS, [schema, TABLES])) as unknown as ReadonlyArray<Column>
  return {
    ...place,
    values: await valuesIn(query, columns),
    flip: (value, bit) => flipIn(query, value, bit),
    outcome: async (verify = true) => {
      const env = { clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections: flippedProjections }
      const opened = await openPostgresStore({ ...env, connection, schema })()
      if (E.isLeft(opened)) return 'detected'
      try {
        return await flipOutcome(opened.right, everything, verify)
      } finally {
        opened.right.close()
        await opened.right.ended()
      }
    },
    restore: () => restoreFrom(query, columns),
  }
}
