import { takeBackupRestoreLock } from '@custody/core/backup'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { restoreLicenses, type RestoreRequest } from '@custody/core/restore'
import { queryLicense } from '@custody/core/vault'
import { finalize, lastValueFrom, toArray, type Observable } from 'rxjs'

import { succeed } from '../authority/testing/temporary-authority'
import type { TestLicense } from '../management/testing/test-backup'
import { dyingHome } from './testing/dying-home'
import { dataOf, eventsOf, person, restoringScene, typesOf, version, type Computer, type RestoringScene } from './testing/restoring-scene'

const LONG = 120_000
jest.setTimeout(LONG)

interface Decided {
  readonly mid: string
  readonly results: ReadonlyArray<{ readonly lid?: string; readonly added?: ReadonlyArray<string> }>
}

const PLAY = { rights: [{ action: 'Play' as const, windows: [{ count: 2 }] }, { action: 'Backup' as const }] }
const ENDS = ['RestoreEnded', 'RestoreEndedPartially', 'RestoreFailed', 'RestoreCancelled', 'RestoreDeclined']

describe('a restore that is cut off', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    scene = await restoringScene({ individualizationsADay: 50 })
  })
  afterAll(() => scene.remove())

  const held = async (computer: Computer, licenses: ReadonlyArray<TestLicense>): Promise<ReadonlyArray<boolean>> =>
    Promise.all(
      licenses.map(async ({ license: { keyId } }) => (await succeed(queryLicense(computer.home())({ keyId, action: 'Play' }))).allowed)
    )
  /** How often each license counted another computer at the service. */
  const counted = async (licenses: ReadonlyArray<TestLicense>): Promise<ReadonlyArray<number>> => {
    const decided = dataOf<Decided>(await eventsOf(scene.operator.authority.store.readAll()), 'RestoreBatchDecided')
    const added = decided.flatMap(({ results }) => results.flatMap(({ lid, added = [] }) => added.map(() => lid)))
    return licenses.map(({ license: { lid } }) => added.filter((one) => one === lid).length)
  }
  const log = (computer: Computer): Promise<ReadonlyArray<StoredEvent>> => eventsOf(computer.home().store.readAll())
  const settled = (process: Observable<StoredEvent>): Promise<unknown> =>
    lastValueFrom(process.pipe(toArray())).catch((error: unknown) => error)

  it('BR-22, BR-28, BR-34: after a kill at every append it goes on under the same consent, and nothing is counted or regained twice', async () => {
    const licenses = [scene.license(PLAY), scene.license(PLAY)]
    const directory = await scene.set(licenses)
    const run = (computer: Computer, last: number, consent: ReturnType<typeof person>) => {
      const dying = dyingHome(computer.home(), () => last)
      return { appends: dying.appends, end: settled(restoreLicenses(scene.env(dying.home, { consent }))({ directory })) }
    }
    const whole = run(await scene.computer(), Number.MAX_SAFE_INTEGER, person('restore'))
    await whole.end
    const appends = whole.appends()
    expect(appends).toBeGreaterThan(7)
    for (let last = 1; last <= appends; last++) {
      const own = [scene.license(PLAY), scene.license(PLAY)]
      const at = await scene.set(own)
      const computer = await scene.computer()
      const consent = person('restore')
      const dying = dyingHome(computer.home(), () => last)
      await settled(restoreLicenses(scene.env(dying.home, { consent }))({ directory: at }))
      await computer.reopen()
      const before = await log(computer)
      const wasRequested = typesOf(before).includes('RestoreRequested')
      const wasOver = typesOf(before).includes('RestoreEnded')
      await scene.restore(computer.home(), { directory: at }, { consent })
      const after = await log(computer)
      expect([last, await held(computer, own)]).toEqual([last, [true, true]])
      // The source of the set and this computer: two for each license, whatever was repeated.
      expect([last, await counted(own)]).toEqual([last, [2, 2]])
      expect([last, consent.asked.length]).toEqual([last, wasRequested && !wasOver ? 1 : 2])
      if (wasOver) continue
      expect([last, dataOf(after, 'LicenseRestored').length]).toEqual([last, 2])
      expect([last, dataOf(after, 'LicenseStored').length]).toEqual([last, 2])
      expect([last, dataOf(after, 'LicenseCountsRestored').length]).toEqual([last, 0])
      expect([last, typesOf(after).filter((type) => ENDS.includes(type))]).toEqual([last, ['RestoreEnded']])
    }
  })

  it('BR-36: killed between the individualization and what waited for it, it restores that when it goes on', async () => {
    const licenses = [scene.license({ ...PLAY, requires: { security: version('2.10') } })]
    const directory = await scene.set(licenses)
    const computer = await scene.computer()
    await scene.decide({ securityVersion: version('2.10'), individualizationsADay: 50 })
    const request: RestoreRequest = { directory, individualize: true }
    let last = Number.MAX_SAFE_INTEGER
    const dying = dyingHome(computer.home(), () => last)
    const individualize = (home: Home): Observable<StoredEvent> =>
      scene.individualize(home).pipe(finalize(() => void (last = dying.appends())))
    await settled(restoreLicenses(scene.env(dying.home, { individualize }))(request))
    await computer.reopen()
    expect((await succeed(computer.home().device)).securityVersion).toBe('2.10.0.1')
    expect(typesOf(await log(computer)).some((type) => ENDS.includes(type))).toBe(false)
    const events = await scene.restore(computer.home(), request)
    expect(events.at(-1)).toMatchObject({ type: 'RestoreEnded', data: { restored: 1, refused: 0 } })
    expect(await held(computer, licenses)).toEqual([true])
    expect(typesOf(await log(computer)).filter((type) => type === 'IndividualizationNeeded')).toHaveLength(1)
  })

  it('R18, BR-20, P-3, EV-10: cancelled at every event it ends cancelled and without an END, its lock free, what was stored whole', async () => {
    const licenses = [scene.license(PLAY), scene.license(PLAY), scene.license(PLAY)]
    const directory = await scene.set(licenses)
    const cancelledAfter = async (index: number) => {
      const computer = await scene.computer()
      let seen = 0
      await new Promise<void>((onSettled) => {
        const process = restoreLicenses(scene.env(computer.home(), { onSettled }))({ directory })
        const running = process.subscribe({ next: () => { if ((seen += 1) === index) queueMicrotask(() => running.unsubscribe()) } })
      })
      return { computer, types: typesOf(await log(computer)) }
    }
    const whole = await cancelledAfter(Number.MAX_SAFE_INTEGER)
    const own = whole.types.slice(whole.types.lastIndexOf('ConsentRecorded'))
    await scene.decide({ restoreLimit: 100, individualizationsADay: 50, securityVersion: version('2.10') })
    for (let index = 1; index < own.length; index++) {
      const { computer, types } = await cancelledAfter(index)
      const told = [index, own[index - 1]] as const
      expect([...told, types.filter((type) => ENDS.includes(type))]).toEqual([...told, ['RestoreCancelled']])
      expect([...told, types.at(-1)]).toEqual([...told, 'RestoreCancelled'])
      const stored = types.filter((type) => type === 'LicenseRestored').length
      expect([...told, (await held(computer, licenses)).filter(Boolean).length]).toEqual([...told, stored])
      ;(await succeed(takeBackupRestoreLock(computer.home())))()
      expect([...told, typesOf(await scene.restore(computer.home(), { directory })).at(-1)]).toEqual([...told, 'RestoreEnded'])
    }
  })

  it('R18: given up while the question is open, it asks nobody else and says so', async () => {
    const computer = await scene.computer()
    const directory = await scene.set([scene.license(PLAY)])
    let sent = 0
    const send: RestoringScene['transport']['send'] = (...asked) => ((sent += 1), scene.transport.send(...asked))
    const counting = { ...scene.transport, send }
    await new Promise<void>((onSettled) => {
      const consent = { ask: () => { queueMicrotask(() => running.unsubscribe()); return new Promise<never>(() => undefined) } }
      const running = restoreLicenses(scene.env(computer.home(), { consent, onSettled }, counting))({ directory }).subscribe()
    })
    expect(typesOf(await log(computer)).at(-1)).toBe('RestoreCancelled')
    expect(sent).toBe(0)
  })
})
