import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { runs } from '../../../../../test/gate/runs'
import { whenInstalled } from '../../../../../test/gate/when-installed'
import { systemClock } from '../../clock/system-clock'
import { systemRandom } from '../../random/system-random'
import { succeeds } from '../../testing/store/store-case'
import { TEST_LOG_ID } from '../../testing/store/store-place'
import type { FlipOutcome } from '../testing/flipped-contents'
import { openPostgresStore } from './open-postgres-store'
import { type FlippedRows, flippedRows, type StoredValue } from './testing/flipped-rows'

const { describe, it } = whenInstalled('postgres')
const FLIPS = 150
const MOST_FLIPS = 20_000
const LONG = 30 * 60_000

interface Flip {
  readonly value: StoredValue
  readonly bit: number
}

const bitsOf = (value: StoredValue): ReadonlyArray<Flip> =>
  Array.from({ length: value.bytes.length * 8 }, (_, bit) => ({ value, bit }))

describe('a flipped bit in the tables of PostgreSQL', () => {
  let rows: FlippedRows
  beforeEach(async () => {
    rows = await flippedRows()
  }, LONG)
  afterEach(() => rows.remove(), LONG)

  const outcomes = async (flips: ReadonlyArray<Flip>, verify = true) => {
    const unnoticed: string[] = []
    const counts: Record<FlipOutcome, number> = { detected: 0, harmless: 0, UNNOTICED: 0 }
    for (const { value, bit } of flips) {
      if (!(await rows.flip(value, bit))) continue
      const outcome = await rows.outcome(verify)
      counts[outcome] += 1
      if (outcome === 'UNNOTICED') unnoticed.push(`${value.table}.${value.column}, row ${value.row}, bit ${bit}`)
      await rows.restore()
    }
    return { unnoticed, counts }
  }
  const stored = (table: string, column: string, holding: string | Buffer): StoredValue => {
    const found = rows.values.find((value) => value.table === table && value.column === column && value.bytes.includes(holding))
    if (found === undefined) throw new Error(`no ${table}.${column} has it`)
    return found
  }

  it('changes nothing where there is none', async () => {
    expect(await rows.outcome()).toBe('harmless')
    await rows.restore()
    expect(await rows.outcome()).toBe('harmless')
  }, LONG)

  it('R10: is found, or changes nothing that is read, at random places of all tables', async () => {
    const every = rows.values.flatMap(bitsOf)
    const flips = Array.from({ length: Math.min(runs(FLIPS), MOST_FLIPS) }, () => every[randomInt(every.length)])
    const { unnoticed, counts } = await outcomes(flips.flatMap((flip) => flip ?? []))
    expect(unnoticed).toEqual([])
    expect(counts.detected).toBeGreaterThan(0)
  }, LONG)

  for (const [what, table, column, holding] of [
    ['a record', 'log', 'data', '{"note":"first"}'],
    ['a name of a record', 'log', 'stream', 'alpha'],
    ['the time of a record', 'log', 'time', Buffer.alloc(0)],
    ['a value beside the log', 'state', 'value', Buffer.from([0, 7, 14, 21, 28, 35, 42, 49])],
    ['a row of a read model', 'read_model', 'value', '{"note":{"deep":[1,null]}}'],
    ['an idempotency key', 'idempotency', 'key', 'i2'],
  ] as const) {
    it(`R10: is found in each byte of ${what}`, async () => {
      // Another one in the next byte; the highest of a letter makes no text that the server holds.
      const bits = bitsOf(stored(table, column, holding)).filter((_, index) => index % 8 === (index >> 3) % 7)
      const { counts } = await outcomes(bits)
      expect(counts).toEqual({ detected: bits.length, harmless: 0, UNNOTICED: 0 })
    }, LONG)
  }

  it('R10: is taken by a reader who does not verify (the twin)', async () => {
    // The lowest bits of letters, which leave the data JSON.
    const value = stored('log', 'data', '"first"')
    const at = value.bytes.indexOf('first')
    const letters = bitsOf(value).filter(({ bit }) => bit % 8 === 0 && bit >= at * 8 && bit < (at + 5) * 8)
    const { counts } = await outcomes(letters, false)
    expect(counts).toEqual({ detected: 0, harmless: 0, UNNOTICED: letters.length })
  }, LONG)

  it('R10: in a value beside the log is nothing to the engine, whose tables are whole (the twin)', async () => {
    const value = stored('state', 'value', Buffer.from([0, 7, 14, 21, 28, 35, 42, 49]))
    await rows.flip(value, 0)
    await rows.query(`CREATE EXTENSION amcheck SCHEMA ${rows.schema}`)
    expect(await rows.query(`SELECT * FROM verify_heapam('state')`)).toEqual([])
    expect(await rows.query(`SELECT bt_index_check('state_pkey', true)`)).toHaveLength(1)
    const values = await rows.query(`SELECT encode(value, 'hex') AS digits FROM state`)
    expect(values.some(({ digits }) => String(digits).startsWith('01070e'))).toBe(true)
    expect(await rows.outcome()).toBe('detected')
  }, LONG)

  it('R10: on the disk is found by the checksums of the pages, and with those off by the digest (the twin)', async () => {
    const { server, schema, query } = rows
    await query(`CREATE EXTENSION pg_buffercache SCHEMA ${schema}`)
    const emptyBuffers = () => query(`SELECT pg_buffercache_evict_relation('state')`)
    await query('CHECKPOINT')
    await emptyBuffers()
    const [place] = await query(`SELECT current_setting('data_directory') AS folder, pg_relation_filepath('state') AS path`)
    const file = join(String(place?.['folder']), String(place?.['path']))
    const bytes = await readFile(file)
    const at = bytes.indexOf(Buffer.from([0, 7, 14, 21, 28, 35, 42, 49]))
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    await writeFile(file, bytes)
    // The server's own cleaning may have read the page meanwhile.
    await emptyBuffers()
    const options = { schema, clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections: [] }
    const checked = async (connection: string): Promise<unknown> => {
      const store = await succeeds(openPostgresStore({ ...options, connection }))
      const found = await store.selfCheck()()
      store.close()
      await store.ended()
      return found
    }
    const { user, password, host, port, database } = server
    const url = `postgresql://${user}:${password}@${host}:${port}/${database}`
    expect(await checked(url)).toMatchObject({ left: { type: 'LogBroken', found: 'XX001' } })
    const careless = `${url}?options=-c%20ignore_checksum_failure%3Don`
    expect(await checked(careless)).toMatchObject({ left: { type: 'StateBroken', table: 'state' } })
  }, LONG)
})
