import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { whenInstalled } from '../../../../../test/gate/when-installed'
import type { LogRecord } from '../../event/log-record'
import { all, onto, succeeds } from '../../testing/store/store-case'
import { TEST_LOG_ID, type TestedStore } from '../../testing/store/store-place'
import { type Mutation, mutationOf } from '../testing/mutate-log'
import { verifyLog } from '../verify-log'
import { freshPostgresPlace, type PostgresPlace } from './testing/fresh-postgres-place'

const { describe, it } = whenInstalled('postgres')
const MUTATIONS = 300
const MINUTE = 60_000

/** Streams with causes, correlations and text of more than one byte a character. */
const fill = async (store: TestedStore, name: string): Promise<ReadonlyArray<LogRecord>> => {
  await succeeds(store.append({ appends: [onto('a', 0, name, 1), onto('bé', 0, { deep: ['\u{1f600}', null] })] }))
  await succeeds(store.append({ appends: [onto('a', 2, 2, 3)], causation: 'cause', correlation: 'together' }))
  await succeeds(store.append({ appends: [onto('c', 0, 4, 5, 6), onto('a', 4, 7)], correlation: 'é' }))
  return all(store.records())
}

/** As the table gives them: a row has no place but its position. */
const inOrder = (records: ReadonlyArray<LogRecord>): ReadonlyArray<LogRecord> =>
  [...records].sort((one, other) => one.position - other.position)

const INSERT = `INSERT INTO log
    (position, id, stream, revision, type, schema_version, time, causation, correlation, data, previous_hash, hash)
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[],
    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])`
const COLUMNS = [
  ...(['position', 'id', 'stream', 'revision', 'type', 'schemaVersion', 'time'] as const),
  ...(['causation', 'correlation', 'text', 'previousHash', 'hash'] as const),
]

describe('a log on PostgreSQL that somebody changed', () => {
  let place: PostgresPlace
  let other: PostgresPlace
  beforeEach(async () => {
    place = await freshPostgresPlace()
    other = await freshPostgresPlace()
  }, MINUTE)
  afterEach(async () => {
    await place.remove()
    await other.remove()
  }, MINUTE)

  const put = async (records: ReadonlyArray<LogRecord>): Promise<void> => {
    await place.query('DELETE FROM log')
    await place.query(INSERT, COLUMNS.map((column) => records.map((record) => record[column])))
  }

  it('R11: shows any single edit, drop, swap or splice', async () => {
    const store = await place.open({})
    const records = await fill(store, 'this')
    const others = await fill(await other.open({}), 'another')
    const events = JSON.stringify(await all(store.readAll()))
    // Whoever writes past the store can take away what keeps rows of one name apart.
    await place.query('ALTER TABLE log DROP CONSTRAINT log_pkey, DROP CONSTRAINT log_stream_revision_key')
    const unseen = new Map<Mutation['kind'], number>()
    await fc.assert(
      fc.asyncProperty(mutationOf(records, others), async ({ kind, records: mutated }) => {
        fc.pre(JSON.stringify(inOrder(mutated)) !== JSON.stringify(records))
        await put(mutated)
        const verified = await verifyLog(store, TEST_LOG_ID)()
        if (E.isRight(verified)) throw new Error('the chain holds')
        expect(verified.left).toMatchObject({ type: 'LogBroken' })
        // The twin: whoever reads and does not verify is given another log without a word.
        const read = await all(store.readAll()).catch(() => undefined)
        if (read !== undefined && JSON.stringify(read) !== events) unseen.set(kind, (unseen.get(kind) ?? 0) + 1)
      }),
      { numRuns: runs(MUTATIONS) }
    )
    expect([...unseen.keys()].sort()).toEqual(['drop', 'edit', 'splice', 'swap'])
    await put(records)
    expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toMatchObject({ events: records.length })
  }, MINUTE * 10)

  it('R11: names the place of records that are left out, exchanged or put in twice', async () => {
    const store = await place.open({})
    const records = await fill(store, 'this')
    await place.query('ALTER TABLE log DROP CONSTRAINT log_pkey, DROP CONSTRAINT log_stream_revision_key')
    const moved = (position: number, to: number): LogRecord => ({ ...(records[position - 1] as LogRecord), position: to })
    const brokenAt = async (changed: ReadonlyArray<LogRecord>): Promise<unknown> => {
      await put(changed)
      const verified = await verifyLog(store, TEST_LOG_ID)()
      return E.isLeft(verified) ? verified.left : 'the chain holds'
    }
    const without = (position: number) => records.filter((record) => record.position !== position)
    const exchanged = [...without(3).filter((record) => record.position !== 5), moved(3, 5), moved(5, 3)]
    expect(await brokenAt(without(4))).toMatchObject({ type: 'LogBroken', position: 4 })
    expect(await brokenAt(without(9))).toMatchObject({ type: 'LogBroken', position: 9 })
    expect(await brokenAt(exchanged)).toMatchObject({ type: 'LogBroken', position: 3 })
    expect(await brokenAt([...without(6), moved(2, 6)])).toMatchObject({ type: 'LogBroken', position: 6 })
    expect(await brokenAt([...records, moved(2, 10)])).toMatchObject({ type: 'LogBroken', position: 10 })
    expect(await brokenAt([...records, moved(9, 9)])).toMatchObject({ type: 'LogBroken', position: 10 })
  }, MINUTE)

  it('R11: does not show records that were cut off together with the head; an anchor does', async () => {
    const store = await place.open({})
    const records = await fill(store, 'this')
    await place.query('DELETE FROM log WHERE position > 6')
    const { hash, time } = records[5] as LogRecord
    await place.query('UPDATE head SET position = 6, hash = $1, time = $2', [hash, time])
    expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toMatchObject({ events: 6 })
  }, MINUTE)
})
