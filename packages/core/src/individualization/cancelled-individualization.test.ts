import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import * as fc from 'fast-check'
import { lastValueFrom, toArray } from 'rxjs'

import type { StoredEvent } from '../event/stored-event'
import type { Home } from '../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { verifyHome } from '../verify/verify-home'
import { INDIVIDUALIZATION_STREAM } from './individualization-event'
import { individualize } from './individualize'
import { farSide, type FarSide } from './testing/far-side'
import { answering, individualized, quickClient, withAppend } from './testing/individualized-home'

describe('individualizations that do not end', () => {
  let place: TemporaryPlace
  let home: Home
  let far: FarSide
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    far = farSide(place.clock)
  })
  afterEach(() => place.remove())

  const epochs = (): ReadonlyArray<string> => readdirSync(join(place.directory, 'keystore', 'epochs')).sort()
  const stream = (): Promise<ReadonlyArray<StoredEvent>> =>
    lastValueFrom(home.store.read(INDIVIDUALIZATION_STREAM).pipe(toArray()))

  /** Unsubscribes at the event of this index, and waits until the process has settled. */
  const cancelledAt = (index: number): Promise<void> =>
    new Promise((resolve) => {
      let seen = 0
      const process = individualize({
        home,
        client: quickClient(far, home),
        consent: answering('given'),
        onSettled: () => resolve(),
      })({ forced: true })
      const running = process.subscribe({
        next: () => {
          if (seen++ === index) running.unsubscribe()
        },
      })
    })

  /** Every whole run, one letter for an event: Begun, Granted, Progress, Installing, Succeeded, Failed, Cancelled. */
  const letters = async (): Promise<string> =>
    (await stream()).map(({ type }) => type.replace('Individualization', '')[0] ?? '?').join('')
  const GRAMMAR = /^(?:D|BU|B(?:[FC]|G(?:[FC]|P+(?:[FC]|I[SFC]))))*(?:B(?:G(?:P+I?)?)?)?$/

  it('R18, IN-30: cancelled at each event, the epoch before or the new one is in force and nothing is left over', async () => {
    const whole = (await individualized(home, far, { forced: true })).length
    for (let index = 0; index < whole; index++) {
      const { epoch: before } = await succeed(home.device)
      await cancelledAt(index)
      const last = (await stream()).at(-1)
      const { epoch } = await succeed(home.device)
      expect(last?.type).toMatch(/^Individualization(?:Cancelled|Succeeded)$/)
      expect(epoch).toBe(last?.type === 'IndividualizationSucceeded' ? before + 1 : before)
      expect(epochs().filter((name) => name.includes('partial') || Number(name) > epoch)).toEqual([])
      expect(readdirSync(place.directory)).not.toContain('downloads')
      expect(await letters()).toMatch(GRAMMAR)
    }
    expect((await succeed(verifyHome(home))).damaged).toBe(0)
  }, 60_000)

  it('IN-20, IN-31: whatever requests, cancels, faults and kills come, each run has one end and a whole epoch is in force', async () => {
    const command = fc.oneof(
      fc.record({ type: fc.constant('run' as const), forced: fc.boolean() }),
      fc.record({ type: fc.constant('decline' as const) }),
      fc.record({ type: fc.constant('cancel' as const), at: fc.nat(18) }),
      fc.record({ type: fc.constant('fault' as const), at: fc.nat(4) }),
      fc.record({ type: fc.constant('kill' as const), at: fc.nat(20) })
    )
    const killed = async (at: number): Promise<void> => {
      let appends = 0
      const append: Home['store']['append'] = (request) => async () => {
        // Before or after it is stored, by turns.
        if (appends === at && at % 2 === 0) throw new TypeError('killed')
        const answer = await home.store.append(request)()
        if (appends++ === at) throw new TypeError('killed')
        return answer
      }
      await individualized(withAppend(home, append), far, { forced: true }).catch((error: unknown) => {
        if (!(error instanceof TypeError)) throw error
      })
    }
    const refused = async (at: number): Promise<void> => {
      let requests = 0
      far.settings.onRequest = () => {
        if (requests++ >= at) throw new Error('no line')
      }
      await individualized(home, far, { forced: true })
      far.settings.onRequest = () => undefined
    }
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 5 }), async (commands) => {
        for (const one of commands) {
          if (one.type === 'run') await individualized(home, far, { forced: one.forced })
          else if (one.type === 'decline') await individualized(home, far, { forced: true }, answering('declined'))
          else if (one.type === 'cancel') await cancelledAt(one.at)
          else if (one.type === 'fault') await refused(one.at)
          else await killed(one.at)
          const { epoch } = await succeed(home.device)
          expect(E.isRight(await home.keystore.agreement(epoch)())).toBe(true)
          expect(E.isRight(await (await place.open()).keystore.signing(epoch)())).toBe(true)
        }
        expect(await letters()).toMatch(GRAMMAR)
      }),
      { numRuns: 8 }
    )
  }, 120_000)
})
