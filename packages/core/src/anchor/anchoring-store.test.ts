import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { setTimeout as sleep } from 'node:timers/promises'

import type { CoreFault } from '../fault/core-fault'
import { freshSqlitePlace, type SqlitePlace } from '../store/sqlite/testing/fresh-sqlite-place'
import { all, fails, onto, succeeds } from '../testing/store/store-case'
import type { TestedStore } from '../testing/store/store-place'
import type { Anchoring } from './anchoring'
import { anchoringStore } from './anchoring-store'

const NEVER = 60_000
const PAUSE = 50

describe('a store whose appends are noticed', () => {
  let place: SqlitePlace
  let below: TestedStore
  beforeEach(async () => {
    place = await freshSqlitePlace()
    below = await place.open({})
  })
  afterEach(() => place.remove())

  /** Anchors as a home does, with an append of its own; counts. */
  const counting = (): { readonly anchoring: TE.TaskEither<CoreFault, Anchoring>; readonly count: () => number } => {
    let count = 0
    const anchoring: TE.TaskEither<CoreFault, Anchoring> = async () => {
      count += 1
      const [event] = await succeeds(below.append({ appends: [onto('anchors', 'any', count)] }))
      return E.right({ position: event?.position ?? 0, kept: true })
    }
    return { anchoring, count: () => count }
  }
  const failing: TE.TaskEither<CoreFault, Anchoring> = TE.left({ type: 'SealBroken' })

  it('anchors after so many events, over any number of appends, and counts anew from there', async () => {
    const { anchoring, count } = counting()
    const { store } = anchoringStore(below, anchoring, { events: 5, after: NEVER })
    for (let turn = 1; turn <= 4; turn += 1) await succeeds(store.append({ appends: [onto('a', 'any', turn)] }))
    await sleep(PAUSE)
    expect(count()).toBe(0)
    await succeeds(store.append({ appends: [onto('a', 'any', 5, 6)] }))
    await sleep(PAUSE)
    expect(count()).toBe(1)
    await succeeds(store.append({ appends: [onto('a', 'any', 7, 8, 9)] }))
    await sleep(PAUSE)
    expect(count()).toBe(1)
    store.close()
  })

  it('anchors after so long, though nothing more is appended; not where nothing was', async () => {
    const { anchoring, count } = counting()
    const { store } = anchoringStore(below, anchoring, { events: 1000, after: PAUSE })
    await sleep(3 * PAUSE)
    expect(count()).toBe(0)
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    expect(count()).toBe(0)
    await sleep(3 * PAUSE)
    expect(count()).toBe(1)
    store.close()
  })

  it('answers an append before it anchors', async () => {
    let release: (value: E.Either<CoreFault, Anchoring>) => void = () => undefined
    const held = new Promise<E.Either<CoreFault, Anchoring>>((resolve) => {
      release = resolve
    })
    const { store, anchor } = anchoringStore(below, () => held, { events: 1, after: NEVER })
    for (let turn = 1; turn <= 10; turn += 1) await succeeds(store.append({ appends: [onto('a', turn - 1, turn)] }))
    expect(await all(store.read('a'))).toHaveLength(10)
    release(E.right({ position: 1, kept: true }))
    await succeeds(anchor)
    store.close()
  })

  it('an append succeeds though anchoring fails, and the next call tries again', async () => {
    const { store, anchor } = anchoringStore(below, failing, { events: 1, after: NEVER })
    const appended = await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    expect(appended).toHaveLength(1)
    await sleep(PAUSE)
    expect(await fails(anchor)).toEqual({ type: 'SealBroken' })
    expect(await fails(anchor)).toEqual({ type: 'SealBroken' })
    store.close()
  })

  it('does not take a refused append for one', async () => {
    const { anchoring, count } = counting()
    const { store, anchor } = anchoringStore(below, anchoring, { events: 1, after: NEVER })
    await fails(store.append({ appends: [onto('a', 7, 1)] }))
    expect(await succeeds(anchor)).toBeUndefined()
    expect(count()).toBe(0)
    store.close()
  })

  it('anchors one at a time, and events that come meanwhile are left for the next', async () => {
    let running = 0
    let most = 0
    const slow: TE.TaskEither<CoreFault, Anchoring> = async () => {
      most = Math.max(most, (running += 1))
      await sleep(PAUSE)
      running -= 1
      return E.right({ position: 1, kept: true })
    }
    const { store, anchor } = anchoringStore(below, slow, { events: 1000, after: NEVER })
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    const first = anchor()
    await sleep(PAUSE / 2)
    await succeeds(store.append({ appends: [onto('a', 1, 2)] }))
    expect([await first, await anchor()]).toEqual([
      E.right({ position: 1, kept: true }),
      E.right({ position: 1, kept: true }),
    ])
    expect(await succeeds(anchor)).toBeUndefined()
    expect(most).toBe(1)
    store.close()
  })

  it('anchors no more once it is closed', async () => {
    const { anchoring, count } = counting()
    const { store, anchor } = anchoringStore(below, anchoring, { events: 1000, after: PAUSE })
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    store.close()
    await sleep(2 * PAUSE)
    expect(await succeeds(anchor)).toBeUndefined()
    expect(count()).toBe(0)
  })
})
