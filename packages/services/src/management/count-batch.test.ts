import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock } from '@custody/core/clock'
import { systemRandom } from '@custody/core/random'
import type { EventStore } from '@custody/core/store'
import { openPostgresStore } from '@custody/core/store/postgres'
import { openSqliteStore } from '@custody/core/store/sqlite'

import { sharedPostgres } from '../../../../test/postgres/shared-postgres'
import { type GatedTests, whenInstalled } from '../../../../test/gate/when-installed'
import { countBatch, type UndecidedBatch } from './count-batch'
import type { CountableLicense } from './decide-batch'
import { licenseKey, MANAGEMENT_PROJECTIONS, RESTORED_COMPUTERS } from './restored-computers'
import { testAuthority } from './testing/test-authority'
import { memoryServiceStore, succeed, testClock, testEnv } from './testing/test-service'

const LIMIT = 3
const BATCH = 512
const authority = testAuthority(testClock(), LIMIT)

const licensesOf = (count: number): ReadonlyArray<CountableLicense> =>
  Array.from({ length: count }, (_, index) => ({
    type: 'Countable',
    n: index + 1,
    issuer: 'issuer',
    lid: randomUUID(),
    docDigest: `${index}`,
    content: undefined,
  }))

const batchFor = (mid: string, licenses: ReadonlyArray<CountableLicense>, idem: string = randomUUID()): UndecidedBatch => {
  const request = { session: 'session', set: 'set', segment: 'segment', source: 'A', mid, epoch: 1, idem, body: 'body' }
  return { ...request, licenses }
}

const instance = (store: EventStore) => testEnv(authority, systemClock, store)

/** Restores the same licenses on many computers at the same time, by turns over the stores. */
const race = async (
  stores: ReadonlyArray<EventStore>,
  licenses: ReadonlyArray<CountableLicense>,
  targets: ReadonlyArray<string>
): Promise<ReadonlyArray<number>> => {
  const decided = await Promise.all(
    targets.map((target, index) => {
      const store = stores[index % stores.length]
      if (store === undefined) throw new RangeError('no store')
      return succeed(countBatch(instance(store), batchFor(target, licenses)))
    })
  )
  return licenses.map((_, index) => decided.filter(({ results }) => results[index]?.verdict === 'accepted').length)
}

const computersOf = async (store: EventStore, license: CountableLicense): Promise<ReadonlyArray<string>> =>
  (await succeed(store.lookUp(RESTORED_COMPUTERS, licenseKey(license)))).map(({ id }) => id)

const TARGETS = ['B', 'C', 'D', 'E', 'F', 'G']

interface Place {
  readonly open: () => Promise<EventStore>
  readonly remove: () => Promise<void>
}

const options = { clock: systemClock, random: systemRandom, logId: 'log', projections: MANAGEMENT_PROJECTIONS }

const sqlitePlace = async (): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-count-'))
  const opened: EventStore[] = []
  return {
    open: async () => {
      const store = await succeed(openSqliteStore({ ...options, file: join(folder, 'events.db') }))
      opened.push(store)
      return store
    },
    remove: async () => {
      for (const store of opened) store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const postgresPlace = async (): Promise<Place> => {
  const { address: connection } = await sharedPostgres()
  const schema = `count_${randomUUID().replaceAll('-', '')}`
  const opened: Array<{ readonly close: () => void; readonly ended: () => Promise<void> }> = []
  return {
    open: async () => {
      const store = await succeed(openPostgresStore({ ...options, connection, schema }))
      opened.push(store)
      return store
    },
    remove: async () => {
      for (const store of opened) store.close()
      await Promise.all(opened.map(({ ended }) => ended()))
    },
  }
}

const PLACES: ReadonlyArray<[string, GatedTests, () => Promise<Place>]> = [
  ['SQLite', { describe, it }, sqlitePlace],
  ['PostgreSQL', whenInstalled('postgres'), postgresPlace],
]

for (const [name, tests, fresh] of PLACES) {
  tests.describe(`counting by two instances over one log on ${name}`, () => {
    it('BR-30: counts batches of 512 licenses exactly that race for the last places', async () => {
      const place = await fresh()
      try {
        const stores = [await place.open(), await place.open()]
        const licenses = licensesOf(BATCH)
        const accepted = await race(stores, licenses, TARGETS)
        expect(new Set(accepted)).toEqual(new Set([LIMIT]))
        const [one] = stores
        if (one === undefined) throw new Error('a store')
        const rows = await succeed(one.lookUpAll(RESTORED_COMPUTERS, licenses.map(licenseKey)))
        expect(new Set([...rows.values()].map(({ length }) => length))).toEqual(new Set([LIMIT + 1]))
        expect([...rows.values()].every((computers) => computers.some(({ id }) => id === 'A'))).toBe(true)
      } finally {
        await place.remove()
      }
    }, 60_000)

    it('P-5: counts overlapping batches exactly, whichever licenses they have in common', async () => {
      const place = await fresh()
      try {
        const stores = [await place.open(), await place.open()]
        const licenses = licensesOf(24)
        await Promise.all(
          TARGETS.map((target, index) =>
            race([stores[index % 2] ?? memoryServiceStore(systemClock)], licenses.slice(index * 2, index * 2 + 12), [target])
          )
        )
        const [store] = stores
        if (store === undefined) throw new Error('a store')
        for (const [place_, license] of licenses.entries()) {
          const asked = TARGETS.filter((_, index) => place_ >= index * 2 && place_ < index * 2 + 12).length
          const expected = asked === 0 ? 0 : Math.min(asked, LIMIT) + 1
          expect([place_, (await computersOf(store, license)).length]).toEqual([place_, expected])
        }
      } finally {
        await place.remove()
      }
    }, 60_000)
  })
}

/** Lets nobody append before so many have read. */
const readingFirst = (store: EventStore, readers: number): EventStore => {
  let open: () => void = () => undefined
  const all = new Promise<void>((resolve) => (open = resolve))
  let read = 0
  return {
    ...store,
    lookUpAll: (model, keys) => async () => {
      const rows = await store.lookUpAll(model, keys)()
      if (++read >= readers) open()
      await all
      return rows
    },
  }
}

/** Stores whatever was read before. */
const withoutExpectations = (store: EventStore): EventStore => ({
  ...store,
  append: ({ expects: _, ...request }) => store.append(request),
})

describe('what makes the count exact', () => {
  it('computers that all read before anyone stores are counted exactly', async () => {
    const store = memoryServiceStore(systemClock)
    const [license] = licensesOf(1)
    if (license === undefined) throw new Error('a license')
    expect(await race([readingFirst(store, TARGETS.length)], [license], TARGETS)).toEqual([LIMIT])
    expect((await computersOf(store, license)).length).toBe(LIMIT + 1)
  })

  it('twin: without what is expected of the rows, the same race counts more computers than the limit', async () => {
    const store = memoryServiceStore(systemClock)
    const [license] = licensesOf(1)
    if (license === undefined) throw new Error('a license')
    expect(await race([withoutExpectations(readingFirst(store, TARGETS.length))], [license], TARGETS)).toEqual([TARGETS.length])
    expect((await computersOf(store, license)).length).toBe(TARGETS.length + 1)
  })

  it('twin: counting requests instead of computers gives another number', async () => {
    const store = memoryServiceStore(systemClock)
    const [license] = licensesOf(1)
    if (license === undefined) throw new Error('a license')
    const told = ['A', 'B', 'B', 'B again installed', 'C', 'C']
    let requests = 0
    for (const target of told) {
      const decided = await succeed(countBatch(instance(store), batchFor(target, [license])))
      requests += 1
      expect(decided.results[0]?.verdict).toBe('accepted')
    }
    expect((await computersOf(store, license)).length - 1).toBe(LIMIT)
    expect(requests).not.toBe(LIMIT)
  })
})
