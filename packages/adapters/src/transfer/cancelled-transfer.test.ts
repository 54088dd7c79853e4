import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { StoredEvent } from '@custody/core/event'
import { createPool, poolStatus, type Pool } from '@custody/pipeline/lease'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import { clearKey } from '../systems/clear-key/adapter'
import { exportMedia } from './export-media'
import { protectMedia } from './protect-media'
import { openFiles } from './testing/open-files'
import { makeSmallSamples } from './testing/small-samples'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'

jest.setTimeout(240_000)

/** Milliseconds from the unsubscription to the last of its traces. */
const LIMIT = 100
/**
 * A machine that others use too may take its processor away for longer than the limit; that it does so each time, at the same
 * event, is what a fault looks like.
 */
const TRIES = 5
const MIB = 3

/** What is there when a cancelled transfer has settled. */
interface Settled {
  readonly milliseconds: number
  readonly leases: number
  readonly leftovers: ReadonlyArray<string>
  readonly handles: ReadonlyArray<string>
  readonly shown: boolean
  readonly ended: ReadonlyArray<string>
}

/** When a transfer is given up: at the event or the progress of an index, from 0. */
interface Moment {
  readonly event?: number
  readonly progress?: number
}

interface Running {
  readonly output: string
  readonly pool: Pool
  readonly onSettled: () => void
  readonly onProgress: () => void
}

type Start = (running: Running) => Observable<StoredEvent>

describe('a transfer that is cancelled', () => {
  let place: TemporaryHome
  let clear: string
  let guarded: string
  let folders = 0
  const registered = [clearKey.describe.systemId]

  beforeAll(async () => {
    place = await temporaryHome()
    clear = join(place.folder, 'clear.asf')
    guarded = join(place.folder, 'protected.asf')
    makeSmallSamples(clear, MIB)
    const protecting = protectMedia({ home: place.home, registered })({ input: clear, output: guarded, scheme: 'mce' })
    await lastValueFrom(protecting)
  })
  afterAll(() => {
    place.remove()
  })

  const STARTS: Readonly<Record<'export' | 'protect', Start>> = {
    export: ({ output, onSettled, ...request }) =>
      exportMedia({ home: place.home, registered, onSettled })({ input: guarded, directory: output, adapter: clearKey, ...request }),
    protect: ({ output, onSettled, ...request }) =>
      protectMedia({ home: place.home, registered, onSettled })({ input: clear, output, scheme: 'mce', ...request }),
  }

  const logged = (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(place.home.store.readAll().pipe(toArray()))

  const cancelled = async (start: Start, at: Moment): Promise<Settled> => {
    folders += 1
    const folder = join(place.folder, `run-${String(folders)}`)
    mkdirSync(folder)
    const output = join(folder, 'output')
    const pool = createPool()
    const before = (await logged()).length
    const milliseconds = await new Promise<number>((resolve, reject) => {
      let began: number | undefined
      let events = 0
      let steps = 0
      const giveUp = (): void => {
        began ??= performance.now()
        subscription.unsubscribe()
      }
      const onSettled = (): void => {
        if (began === undefined) reject(new Error('the transfer ended before it was cancelled'))
        else resolve(performance.now() - began)
      }
      const onProgress = (): void => {
        if (at.progress === steps++) giveUp()
      }
      const subscription = start({ output, pool, onSettled, onProgress }).subscribe({
        next: () => {
          if (at.event === events++) giveUp()
        },
        error: reject,
      })
      if (at.event === undefined && at.progress === undefined) giveUp()
    })
    return {
      milliseconds,
      leases: poolStatus(pool).out,
      leftovers: readdirSync(folder).filter((name) => name !== basename(output)),
      handles: openFiles(folder).concat(openFiles(clear), openFiles(guarded)),
      shown: existsSync(output),
      ended: (await logged()).slice(before).map(({ type }) => type),
    }
  }

  const shortest = async (start: Start, at: Moment): Promise<Settled> => {
    let best: Settled | undefined
    for (let tries = 0; tries < TRIES && (best === undefined || best.milliseconds >= LIMIT); tries += 1) {
      const settled = await cancelled(start, at)
      // What is left behind is left behind, however quick it was in another run.
      const { milliseconds, ...traces } = settled
      const whole = traces.ended.some((type) => type === 'ExportEnded' || type === 'ProtectionEnded')
      expect({ at, ...traces, shown: traces.shown && !whole }).toMatchObject({ leases: 0, leftovers: [], handles: [], shown: false })
      best = best === undefined || milliseconds < best.milliseconds ? settled : best
    }
    if (best === undefined) throw new Error('no run')
    return best
  }

  const eventsOf = async (start: Start): Promise<ReadonlyArray<string>> => {
    const output = join(place.folder, `whole-${String((folders += 1))}`)
    const events = start({ output, pool: createPool(), onSettled: () => undefined, onProgress: () => undefined })
    return (await lastValueFrom(events.pipe(toArray()))).map(({ type }) => type)
  }

  it.each(['export', 'protect'] as const)(
    'R18: leaves no lease, file or handle and is in the log within 100 ms, at each event of an %s',
    async (name) => {
      const types = await eventsOf(STARTS[name])
      for (const [index, type] of types.slice(0, -1).entries()) {
        const { milliseconds, ended } = await shortest(STARTS[name], { event: index })
        const isAuthorized = types.indexOf(name === 'export' ? 'ExportAuthorized' : 'ProtectionAuthorized') <= index
        expect({ index, type, ended: ended.at(-1) }).toEqual({ index, type, ended: isAuthorized ? 'TransferCancelled' : ended.at(-1) })
        expect(milliseconds).toBeLessThan(LIMIT)
      }
    }
  )

  it.each(['export', 'protect'] as const)('R18: so it is while samples flow in an %s', async (name) => {
    for (const progress of [0, 1, 2, 3]) {
      const { milliseconds, ended } = await shortest(STARTS[name], { progress })
      expect(ended.slice(-1)).toEqual(['TransferCancelled'])
      expect(milliseconds).toBeLessThan(LIMIT)
    }
  })

  it.each(['export', 'protect'] as const)('R18: so it is for an %s that nobody wanted in the first place', async (name) => {
    const { milliseconds, ended } = await shortest(STARTS[name], {})
    expect(ended).toEqual([])
    expect(milliseconds).toBeLessThan(LIMIT)
  })
})
