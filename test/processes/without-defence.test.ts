import { setTimeout as delay } from 'node:timers/promises'

import { systemClock } from '@custody/core/clock'
import type { ConsentPort } from '@custody/core/consent'
import { serviceClient } from '@custody/core/exchange'
import type { StoreFault } from '@custody/core/fault'
import { openHome, type Home } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import { restoreLicenses } from '@custody/core/restore'
import type { EventStore } from '@custody/core/store'
import { httpTransport } from '@custody/services/transport'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { lastValueFrom, toArray } from 'rxjs'

import { custody } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { problemsAfter, problemsBetween, type StepScene } from './computer-steps'
import { countedComputers, countProblems } from './counted-computers'
import { inspectHome } from './inspected-home'
import { runOperator, type RunningOperator } from './running-operator'
import { sourceComputer, type SourceComputer } from './source-computer'
import { succeed } from './succeed'
import { openUnreliableLink } from './unreliable-link'

const LONG = 120_000
const consent: ConsentPort = { ask: () => Promise.resolve({ answer: 'given', by: 'prompt' }) }

/** A computer that dies within one append of a restore: all of that is lost, or, with two appends in place of one, half of it. */
const dying = (store: EventStore, appends: 'one' | 'two'): EventStore => {
  let dead = false
  const unavailable = TE.left<StoreFault>({ type: 'StoreUnavailable', place: 'events.db', code: 'EIO' })
  const append: EventStore['append'] = (request) => {
    if (dead) return unavailable
    if (!request.appends.some(({ events }) => events.some(({ type }) => type === 'RestoreProgress'))) return store.append(request)
    dead = true
    if (appends === 'one') return unavailable
    const licenses = request.appends.filter(({ stream }) => !stream.startsWith('restore-'))
    return pipe(
      store.append({ ...request, appends: licenses }),
      TE.flatMap(() => unavailable)
    )
  }
  return { ...store, append }
}

const withStore = (home: Home, store: EventStore): Home =>
  Object.defineProperties({} as Home, { ...Object.getOwnPropertyDescriptors(home), store: { value: store, enumerable: true } })

describe('what the kill tests would find without a defence', () => {
  let root: Place
  let operator: RunningOperator
  let source: SourceComputer
  let computers = 0
  beforeAll(async () => {
    root = createPlace()
    operator = await runOperator(root.at('authority'), 1024)
    source = await sourceComputer(root, operator.url, 3)
  }, LONG)
  afterAll(async () => {
    await operator.close()
    removePlaces()
  })

  const sceneOf = async (): Promise<StepScene> => {
    const name = `computer-${String((computers += 1))}`
    const scene = { place: root.withHome(name), backup: root.at(`${name}-backup`), source }
    await custody(scene.place, 'individualize', '--yes', '--service', operator.url)
    return scene
  }
  const restoreDying = async ({ place: { home: directory, machine: machineFile } }: StepScene, appends: 'one' | 'two'): Promise<void> => {
    const home = await succeed(openHome({ directory, machineFile, clock: systemClock, random: systemRandom }))
    const client = serviceClient({
      transport: httpTransport(operator.url),
      clock: systemClock,
      random: systemRandom,
      wait: (milliseconds) => delay(milliseconds),
    })
    const run$ = restoreLicenses({ home: withStore(home, dying(home.store, appends)), client, consent })({ directory: source.backup })
    await expect(lastValueFrom(run$.pipe(toArray()))).rejects.toThrow()
    home.close()
  }
  const problemsOf = async (appends: 'one' | 'two'): Promise<ReadonlyArray<string>> => {
    const scene = await sceneOf()
    const before = await inspectHome(scene.place)
    await restoreDying(scene, appends)
    const between = await problemsBetween('restore', scene, before, await inspectHome(scene.place), undefined)
    await custody(scene.place, 'restore', source.backup, '--yes', '--service', operator.url)
    return [...between, ...(await problemsAfter('restore', scene, await inspectHome(scene.place)))]
  }

  it(
    'licenses and their progress in two appends: licenses that no restore tells of',
    async () => {
      expect(await problemsOf('one')).toEqual([])
      expect(await problemsOf('two')).toEqual(expect.arrayContaining(['licenses that no restore tells of', 'each license came back once']))
    },
    LONG
  )

  it(
    'a service that counts requests: a doubled one counts a computer twice',
    async () => {
      const scene = await sceneOf()
      let batches = 0
      const link = await openUnreliableLink(operator.url, (path) => {
        if (!path.endsWith('/batches')) return 'none'
        batches += 2
        return 'doubled'
      })
      const before = await countedComputers(operator.authority.store)()
      await custody(scene.place, 'restore', source.backup, '--yes', '--service', link.url)
      await link.close()
      const { mid = '' } = await inspectHome(scene.place)
      const { computers: counted } = await countedComputers(operator.authority.store)()
      const expected = [...new Set([source.mid, ...(before.computers.get(source.licenses[0] ?? '') ?? [])]), mid]
      expect(batches).toBe(2)
      expect(countProblems(counted, source.licenses, expected)).toEqual([])
      const byRequest = new Map([...counted].map(([license, names]) => [license, [...names, ...Array<string>(batches - 1).fill(mid)]]))
      expect(countProblems(byRequest, source.licenses, expected)).toHaveLength(source.licenses.length)
    },
    LONG
  )
})
