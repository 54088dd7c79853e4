import * as assert from 'node:assert/strict'
import { firstValueFrom, type Observable, Subject } from 'rxjs'
import { scan, take, takeUntil, toArray } from 'rxjs/operators'

import type { StoredEvent } from '../../event/stored-event'
import { all, numbers, onto, type StoreCase, succeeds } from './store-case'

/** The positions of the first `count` events that a follower gets. */
const positions = async (events$: Observable<StoredEvent>, count: number): Promise<ReadonlyArray<number>> =>
  (await all(events$.pipe(take(count)))).map((event) => event.position)

/** Waits until so many events have come. */
const arrived = (events$: Observable<StoredEvent>, count: number): Promise<ReadonlyArray<StoredEvent>> =>
  firstValueFrom(events$.pipe(take(count), toArray()))

/** What following promises. */
export const followCases: ReadonlyArray<StoreCase> = [
  {
    id: 'FOL-01',
    promise: 'gives what is there and then what comes, from the start or above a position',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, ...numbers(600))] }))
      const all601 = positions(store.follow(), 601)
      const later = positions(store.follow(599), 2)
      const last = positions(store.follow(600), 1)
      await succeeds(store.append({ appends: [onto('a', 600, 'new')] }))
      assert.equal((await all601).join(), numbers(601).join())
      assert.equal((await later).join(), '600,601')
      assert.equal((await last).join(), '601')
    },
  },
  {
    id: 'FOL-02',
    promise: 'is cold, and gives exactly what a reader gets',
    run: async (place) => {
      const store = await place.open({})
      const follow$ = store.follow()
      await succeeds(store.append({ appends: [onto('a', 0, 1, { deep: [null] })], correlation: 'c' }))
      const followed = await arrived(follow$, 2)
      assert.equal(JSON.stringify(followed), JSON.stringify(await all(store.readAll())))
    },
  },
  {
    id: 'FOL-03',
    promise: 'misses and repeats nothing while several openings of the log append at once',
    run: async (place) => {
      const stores = await Promise.all(numbers(4).map(() => place.open({})))
      const followed = stores.map((store) => positions(store.follow(), 200))
      await Promise.all(
        stores.map(async (store, index) => {
          for (const note of numbers(50)) {
            await succeeds(store.append({ appends: [onto(`stream-${index}`, note - 1, note)] }))
            await new Promise(setImmediate)
          }
        })
      )
      for (const each of await Promise.all(followed)) assert.equal(each.join(), numbers(200).join())
    },
  },
  {
    id: 'FOL-04',
    promise: 'ends with its subscription, at once and for good',
    run: async (place) => {
      const store = await place.open({})
      const stop$ = new Subject<void>()
      const seen: number[] = []
      store
        .follow()
        .pipe(takeUntil(stop$))
        .subscribe((event) => seen.push(event.position))
      await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
      await arrived(store.follow(), 1)
      stop$.next()
      await succeeds(store.append({ appends: [onto('a', 1, 2)] }))
      await arrived(store.follow(1), 1)
      assert.equal(seen.join(), '1')
    },
  },
  {
    id: 'FOL-05',
    promise: 'lets a follower append what it is told of, without losing its place',
    run: async (place) => {
      const store = await place.open({})
      const echoed = firstValueFrom(
        store.follow().pipe(
          scan((count, event) => {
            if (event.stream === 'a') void store.append({ appends: [onto('echo', 'any', event.position)] })()
            return [...count, event.position]
          }, new Array<number>()),
          take(6),
          toArray()
        )
      )
      await succeeds(store.append({ appends: [onto('a', 0, 1, 2, 3)] }))
      assert.equal((await echoed).at(-1)?.join(), '1,2,3,4,5,6')
    },
  },
  {
    id: 'FOL-06',
    promise: 'ends with a fault when the store is closed',
    run: async (place) => {
      const store = await place.open({})
      const followed = arrived(store.follow(), 1)
      store.close()
      await assert.rejects(followed, (error: { readonly fault?: { readonly type?: string } }) => {
        assert.equal(error.fault?.type, 'StoreUnavailable')
        return true
      })
    },
  },
]
