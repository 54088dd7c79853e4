import { asapScheduler, defer, EMPTY, from, NEVER, type Observable, Subject, throwError } from 'rxjs'
import { observeOn, take, toArray } from 'rxjs/operators'

import { systemClock } from '../clock/system-clock'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import { systemRandom } from '../random/system-random'
import { onto, succeeds } from '../testing/store/store-case'
import { followLog } from './follow-log'
import { memoryLog } from './memory/memory-log'
import { openMemoryStore } from './memory/open-memory-store'

const turn = (): Promise<void> => new Promise(setImmediate)

const openLog = () => openMemoryStore(memoryLog('log'), { clock: systemClock, random: systemRandom, projections: [] })

const positionsOf = (events$: Observable<StoredEvent>) => {
  const seen: number[] = []
  let ended: unknown
  const subscription = events$.subscribe({
    next: ({ position }) => seen.push(position),
    error: (error: unknown) => (ended = error),
    complete: () => (ended = 'complete'),
  })
  return { seen, subscription, ended: () => ended }
}

describe('followLog', () => {
  it('reads once more for all wake-ups that come while it reads', async () => {
    const store = openLog()
    const wakeUps$ = new Subject<void>()
    let reads = 0
    const readAll = (after?: number) => {
      reads += 1
      return defer(() => store.readAll(after).pipe(observeOn(asapScheduler)))
    }
    const { seen } = positionsOf(followLog(readAll, wakeUps$)())
    for (let note = 1; note <= 50; note++) {
      await succeeds(store.append({ appends: [onto('a', note - 1, note)] }))
      wakeUps$.next()
    }
    for (let turns = 0; turns < 200; turns++) await turn()
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
    expect(reads).toBeLessThan(60)
  })

  it('hears a wake-up that comes during the very first read', async () => {
    const store = openLog()
    const wakeUps$ = new Subject<void>()
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    const events$ = followLog((after) => store.readAll(after), wakeUps$)()
    const seen: number[] = []
    events$.subscribe(({ position }) => {
      seen.push(position)
      if (position === 1) void store.append({ appends: [onto('a', 1, 2)] })().then(() => wakeUps$.next())
    })
    for (let turns = 0; turns < 10; turns++) await turn()
    expect(seen).toEqual([1, 2])
  })

  it('does not call its subscriber inside of the wake-up', async () => {
    const store = openLog()
    const wakeUps$ = new Subject<void>()
    const { seen } = positionsOf(followLog((after) => store.readAll(after), wakeUps$)())
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    wakeUps$.next()
    expect(seen).toEqual([])
    await turn()
    expect(seen).toEqual([1])
  })

  it('does not end with a read, and ends with the fault of one', async () => {
    const fault = new CoreError({ type: 'StoreLocked', place: 'x' })
    const wakeUps$ = new Subject<void>()
    let broken = false
    const followed = positionsOf(followLog(() => (broken ? throwError(() => fault) : EMPTY), wakeUps$)())
    await turn()
    expect(followed.ended()).toBeUndefined()
    broken = true
    wakeUps$.next()
    await turn()
    expect(followed.ended()).toBe(fault)
  })

  it('leaves its wake-ups when it is left, also within a read', () => {
    const wakeUps$ = new Subject<void>()
    const event = { position: 1 } as StoredEvent
    const all: unknown[] = []
    followLog(() => from([event, event]), wakeUps$)().pipe(take(1), toArray()).subscribe((events) => all.push(events))
    expect(all).toEqual([[event]])
    expect(wakeUps$.observed).toBe(false)
    const { subscription } = positionsOf(followLog(() => NEVER, wakeUps$)())
    expect(wakeUps$.observed).toBe(true)
    subscription.unsubscribe()
    expect(wakeUps$.observed).toBe(false)
  })
})
