import type { ServiceTransport } from '@custody/core/exchange'
import { CoreError } from '@custody/core/fault'
import { restoreLicenses } from '@custody/core/restore'
import { systemRandom } from '@custody/core/random'
import { firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'

import { succeed } from '../authority/testing/temporary-authority'
import { OPEN, OPEN_SESSIONS } from '../management/restored-computers'
import { openOperator } from '../operator/open-operator'
import { dataOf, eventsOf, restoringScene, typesOf, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)
const HOUR = 3601

describe('keys of a backup at the service', () => {
  let scene: RestoringScene
  beforeEach(async () => {
    scene = await restoringScene()
  })
  afterEach(() => scene.remove())

  /** Sessions whose keys lie at the service. */
  const kept = async (): Promise<ReadonlyArray<string>> => {
    const { store } = scene.operator.authority
    const events = await eventsOf(store.readAll())
    const sessions = dataOf<{ readonly session: string }>(events, 'RestoreSessionOpened').map(({ session }) => session)
    const states = await Promise.all(sessions.map(async (session) => ((await succeed(store.state('session', session))) ? [session] : [])))
    const open = (await succeed(store.lookUp(OPEN_SESSIONS, OPEN))).map(({ id }) => id)
    expect([...open].sort()).toEqual(states.flat().sort())
    return states.flat()
  }
  const set = () => scene.set([scene.license(), scene.license()])
  /** Refuses the connection on some paths. */
  const without = (ending: string): ServiceTransport => ({
    ...scene.transport,
    send: (request, signal) =>
      request.path.endsWith(ending) ? Promise.reject(new Error('refused')) : scene.transport.send(request, signal),
  })

  it('are gone when the restore has ended', async () => {
    const target = await scene.computer()
    const events = await scene.restore(target.home(), { directory: await set() })
    expect(typesOf(events).at(-1)).toBe('RestoreEnded')
    expect(await kept()).toEqual([])
  })

  it('are gone when it has failed', async () => {
    const target = await scene.computer()
    const client = scene.client(without('/batches'))
    const failing = scene.restore(target.home(), { directory: await set() }, { client })
    await expect(failing).rejects.toThrow(CoreError)
    expect(typesOf(await eventsOf(target.home().store.readAll())).at(-1)).toBe('RestoreFailed')
    expect(await kept()).toEqual([])
  })

  it('are gone when it was cancelled', async () => {
    const target = await scene.computer()
    const directory = await set()
    await new Promise<void>((resolve) => {
      const restore$ = restoreLicenses({ ...scene.env(target.home()), onSettled: resolve })({ directory })
      void firstValueFrom(restore$.pipe(filter(({ type }) => type === 'RestoreProgress')))
    })
    expect(typesOf(await eventsOf(target.home().store.readAll()))).toContain('RestoreCancelled')
    expect(await kept()).toEqual([])
  })

  it('stay for their hour where the service hears nothing of the end, and go when one begins to serve', async () => {
    const target = await scene.computer()
    const client = scene.client(without('/end'))
    const events = await scene.restore(target.home(), { directory: await set() }, { client })
    expect(typesOf(events).at(-1)).toBe('RestoreEnded')
    expect(await kept()).toHaveLength(1)
    scene.clock.advance(HOUR)
    const options = { directory: `${scene.root}/authority`, clock: scene.clock, random: systemRandom }
    await (await succeed(openOperator(options))).close()
    expect(await kept()).toEqual([])
  })
})
