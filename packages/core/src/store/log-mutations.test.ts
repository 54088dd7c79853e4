import * as E from 'fp-ts/Either'
import fc from 'fast-check'
import { from } from 'rxjs'

import { runs } from '../../../../test/gate/runs'
import { systemClock } from '../clock/system-clock'
import { type LogRecord, storedEvent } from '../event/log-record'
import { systemRandom } from '../random/system-random'
import { all, onto, succeeds } from '../testing/store/store-case'
import type { LogAccess } from './log-access'
import type { LogHead } from './log-head'
import { memoryLog } from './memory/memory-log'
import { openMemoryStore } from './memory/open-memory-store'
import { type Mutation, mutationOf } from './testing/mutate-log'
import { verifyLog } from './verify-log'

const LOG_ID = 'log key'
const MUTATIONS = 10_000
const LONGEST_PIECE = 3
const MINUTE = 60_000

/** A log of a few streams, with causes, correlations and text of more than one byte a character. */
const logOf = async (name: string): Promise<{ readonly records: ReadonlyArray<LogRecord>; readonly head: LogHead }> => {
  const store = openMemoryStore(memoryLog(LOG_ID), { clock: systemClock, random: systemRandom, projections: [] })
  await succeeds(store.append({ appends: [onto('a', 0, name, 1), onto('bé', 0, { deep: ['\u{1f600}', null] })] }))
  await succeeds(store.append({ appends: [onto('a', 2, 2, 3)], causation: 'cause', correlation: 'together' }))
  await succeeds(store.append({ appends: [onto('c', 0, 4, 5, 6), onto('a', 4, 7)], correlation: 'é' }))
  return { records: await all(store.records()), head: await succeeds(store.head()) }
}

const access = (records: ReadonlyArray<LogRecord>, head: LogHead): Pick<LogAccess, 'head' | 'records'> => ({
  head: () => async () => E.right(head),
  records: () => from(records),
})

/** The twin: a reader that does not compare hashes takes every record whose data is JSON. */
const readUnchecked = (records: ReadonlyArray<LogRecord>): boolean => records.every((record) => E.isRight(storedEvent(record)))

const firstDifference = (records: ReadonlyArray<LogRecord>, mutated: ReadonlyArray<LogRecord>): number => {
  const at = mutated.findIndex((record, index) => JSON.stringify(record) !== JSON.stringify(records[index]))
  return at === -1 ? mutated.length + 1 : at + 1
}

describe('a log that somebody changed', () => {
  it('R11: shows any single edit, drop, swap or splice, at its place', async () => {
    const { records, head } = await logOf('this')
    const others = (await logOf('another')).records
    const unseen = new Map<Mutation['kind'], number>()
    await fc.assert(
      fc.asyncProperty(mutationOf(records, others), async (mutation) => {
        const verified = await verifyLog(access(mutation.records, head), LOG_ID)()
        if (E.isRight(verified)) throw new Error('the chain holds')
        expect(verified.left).toMatchObject({ type: 'LogBroken' })
        const { position } = verified.left as { readonly position: number }
        const place = firstDifference(records, mutation.records)
        // A record that was hashed anew, and the whole beginning of another log with this key, show behind them.
        expect(position).toBeGreaterThanOrEqual(Math.min(place, head.position))
        expect(position === head.position || position <= place + LONGEST_PIECE).toBe(true)
        if (readUnchecked(mutation.records)) unseen.set(mutation.kind, (unseen.get(mutation.kind) ?? 0) + 1)
      }),
      { numRuns: runs(MUTATIONS) }
    )
    // The twin: with the check off, changes of every kind pass unseen.
    expect([...unseen.keys()].sort()).toEqual(['drop', 'edit', 'splice', 'swap'])
    expect([...unseen.values()].every((count) => count > MUTATIONS / 100)).toBe(true)
  }, MINUTE * 5)

  it('R11: does not show records that were cut off together with the head; an anchor does', async () => {
    const { records } = await logOf('this')
    const cut = records.slice(0, 6)
    const last = cut[5]
    const head = { position: 6, hash: last?.hash ?? '', time: Math.max(...cut.map(({ time }) => time)) }
    expect(E.isRight(await verifyLog(access(cut, head), LOG_ID)())).toBe(true)
  })
})
