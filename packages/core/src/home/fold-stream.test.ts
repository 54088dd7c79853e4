import * as E from 'fp-ts/Either'
import * as fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { systemClock } from '../clock/system-clock'
import { systemRandom } from '../random/system-random'
import type { AnyEventDefinition } from '../event/define-event'
import type { EventStore, NewEvent } from '../store/event-store'
import type { LogAccess } from '../store/log-access'
import { memoryLog } from '../store/memory/memory-log'
import { openMemoryStore } from '../store/memory/open-memory-store'
import { onto } from '../testing/store/store-case'
import { counterFold } from '../vault/counter-fold'
import { foldStream, type StreamFold } from './fold-stream'
import { GENERATED_FOLDS } from './testing/generated-folds'
import { fail, succeed } from './testing/temporary-home'
import { snapshotCheck, verifySnapshots } from './verify-snapshots'

const STREAM = 'the stream'

const openStore = () => openMemoryStore(memoryLog('log'), { clock: systemClock, random: systemRandom, projections: [] })

const appendAll = (store: EventStore, events: ReadonlyArray<NewEvent>) =>
  succeed(store.append({ appends: [{ stream: STREAM, expectedRevision: 'any', events }] }))

const withoutSnapshot = <D extends AnyEventDefinition, S>({ definitions, initial, evolve }: StreamFold<D, S>) => ({
  definitions,
  initial,
  evolve,
})

const parts = fc.array(fc.nat(90), { minLength: 1, maxLength: 4 })

const ranges = (count: number, from = 0): ReadonlyArray<NewEvent> =>
  Array.from({ length: count }, (_, index) => ({
    type: 'CounterRangeReserved',
    schemaVersion: 1,
    data: { keyId: '0f'.repeat(16), from: String(from + index), to: String(from + index + 1) },
  }))

/** Counts the events that are read from streams. */
const counting = (store: EventStore & LogAccess) => {
  const from: number[] = []
  const counted: EventStore & LogAccess = {
    ...store,
    read: (stream, revision) => {
      from.push(revision ?? 1)
      return store.read(stream, revision)
    },
  }
  return { store: counted, from }
}

const checks = [snapshotCheck(counterFold)]

const rewrite = async (store: EventStore & LogAccess, change: (text: string) => string) => {
  const bytes = await succeed(store.state('snapshot', `counter/${STREAM}`))
  const value = new TextEncoder().encode(change(new TextDecoder().decode(bytes)))
  await succeed(store.append({ appends: [], state: [{ space: 'snapshot', key: `counter/${STREAM}`, value }] }))
}

describe('foldStream', () => {
  it.each(GENERATED_FOLDS.map(({ name, ...fold }) => [name, fold] as const))(
    'gives the same for a %s stream in one go, in parts, and from snapshots',
    async (_, { fold, events }) => {
      await fc.assert(
        fc.asyncProperty(
          parts.chain((lengths) =>
            fc.tuple(...lengths.map((length) => fc.array(events, { minLength: length, maxLength: length })))
          ),
          async (groups) => {
            const store = openStore()
            for (const group of groups) {
              await appendAll(store, group)
              const plain = await succeed(foldStream(store, STREAM, withoutSnapshot(fold)))
              expect(await succeed(foldStream(store, STREAM, fold))).toEqual(expect.objectContaining(plain))
              expect(await succeed(foldStream(store, STREAM, fold))).toEqual(expect.objectContaining(plain))
            }
            await succeed(verifySnapshots(store, [snapshotCheck(fold)]))
          }
        ),
        { numRuns: runs(25) }
      )
    }
  )

  it('reads a grown stream from its snapshot on, and makes one after more than 64 events', async () => {
    const { store, from } = counting(openStore())
    await appendAll(store, ranges(64))
    await succeed(foldStream(store, STREAM, counterFold))
    expect(await succeed(store.state('snapshot', `counter/${STREAM}`))).toBeUndefined()
    await appendAll(store, ranges(1, 64))
    await succeed(foldStream(store, STREAM, counterFold))
    await appendAll(store, ranges(10, 65))
    from.length = 0
    expect(await succeed(foldStream(store, STREAM, counterFold))).toMatchObject({ revision: 75, state: { next: 75n } })
    expect(from).toEqual([65])
  })

  it('folds a stream without events', async () => {
    expect(await succeed(foldStream(openStore(), STREAM, counterFold))).toMatchObject({ revision: 0, state: counterFold.initial })
  })

  it('says which event it cannot read, with a snapshot or without', async () => {
    const store = openStore()
    await appendAll(store, ranges(70))
    await succeed(foldStream(store, STREAM, counterFold))
    await succeed(store.append({ appends: [onto(STREAM, 70, 1)] }))
    const unreadable = { type: 'EventUnreadable', position: 71, eventType: 'Noted' }
    expect(await fail(foldStream(store, STREAM, counterFold))).toMatchObject(unreadable)
    expect(await fail(foldStream(store, STREAM, withoutSnapshot(counterFold)))).toMatchObject(unreadable)
  })

  it.each<[string, (text: string) => string]>([
    ['of another log', (text) => text.replace(/"hash":"."/, '"hash":"x').replace(/"hash":"../, '"hash":"zz')],
    ['of another revision', (text) => text.replace('"revision":70', '"revision":69')],
    ['from behind the end', (text) => text.replace('"revision":70', '"revision":700')],
    ['of another version of the fold', (text) => text.replace('"v":1', '"v":2')],
    ['of no state', (text) => text.replace('"end"', '"and"')],
    ['that is no JSON', (text) => text.slice(1)],
    ['of a revision that is none', (text) => text.replace('"revision":70', '"revision":-1')],
  ])('R10: takes no snapshot %s for the log, and makes a new one', async (_, change) => {
    const store = openStore()
    await appendAll(store, ranges(70))
    await succeed(foldStream(store, STREAM, counterFold))
    const good = await succeed(store.state('snapshot', `counter/${STREAM}`))
    await rewrite(store, (text) => change(text.replace('"next":"70"', '"next":"5"')))
    await succeed(verifySnapshots(store, checks))
    expect(await succeed(foldStream(store, STREAM, counterFold))).toMatchObject({ revision: 70, state: { next: 70n } })
    expect(await succeed(store.state('snapshot', `counter/${STREAM}`))).toEqual(good)
  })

  it('R10: finds a snapshot that says something else than the log, by folding anew', async () => {
    const store = openStore()
    await appendAll(store, ranges(70))
    await succeed(foldStream(store, STREAM, counterFold))
    await succeed(verifySnapshots(store, checks))
    await rewrite(store, (text) => text.replace('"next":"70"', '"next":"5"'))
    const broken = { type: 'StateBroken', table: 'state', key: `snapshot/counter/${STREAM}` }
    expect(await fail(verifySnapshots(store, checks))).toEqual(broken)
    // The twin: without that comparison a reader believes it, as he would believe a rewritten record.
    expect(await succeed(foldStream(store, STREAM, counterFold))).toMatchObject({ state: { next: 5n } })
  })

  it('folds all the same when a snapshot cannot be kept', async () => {
    const store = openStore()
    await appendAll(store, ranges(70))
    const full: EventStore = { ...store, append: () => async () => E.left({ type: 'DiskFull', place: 'x' }) }
    expect(await succeed(foldStream(full, STREAM, counterFold))).toMatchObject({ revision: 70, state: { next: 70n } })
  })
})
