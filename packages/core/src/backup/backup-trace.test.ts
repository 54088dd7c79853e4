import { join } from 'node:path'
import * as fc from 'fast-check'
import { ReplaySubject, firstValueFrom, lastValueFrom, takeUntil, toArray } from 'rxjs'
import { delay } from 'rxjs/operators'

import { runs } from '../../../../test/gate/runs'
import type { StoredEvent } from '../event/stored-event'
import { backUp } from './back-up'
import { fileMedium, type BackupMedium } from './backup-medium'
import { openBackup } from './open-backup'
import { backupScene, isBackupTrace, type BackupScene } from './testing/backup-scene'

/** One request, and what happens to it. */
interface Attempt {
  readonly overwrite: boolean
  readonly check: boolean
  /** The operation of the medium that fails, counted from 0; nothing for a medium that works. */
  readonly failing: number | undefined
  /** The event after which it is unsubscribed. */
  readonly cancelAfter: number | undefined
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  overwrite: fc.boolean(),
  check: fc.boolean(),
  failing: fc.option(fc.nat(16), { nil: undefined }),
  cancelAfter: fc.option(fc.nat(6), { nil: undefined }),
})

const failingMedium = (failing: number | undefined): BackupMedium => {
  let operations = 0
  const guarded =
    <P extends ReadonlyArray<unknown>>(work: (...parts: P) => Promise<void>) =>
    (...parts: P) =>
      operations++ === failing ? Promise.reject(Object.assign(new Error('input/output'), { code: 'EIO' })) : work(...parts)
  const { makeFolder, makeNewFolder, append, rename, syncFolder, remove } = fileMedium
  return {
    makeFolder: guarded(makeFolder),
    makeNewFolder: guarded(makeNewFolder),
    append: guarded(append),
    rename: guarded(rename),
    syncFolder: guarded(syncFolder),
    remove: guarded(remove),
  }
}

describe('traces of backups', () => {
  let scene: BackupScene
  beforeAll(async () => {
    scene = await backupScene()
    await scene.add()
    await scene.add({ rights: [{ action: 'Play' }] })
    await scene.add()
  })
  afterAll(() => scene.place.remove())

  const stored = (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(scene.home.store.readAll().pipe(toArray()))

  /** Runs an attempt to its very end. @returns the events that it stored. */
  const run = async (directory: string, { overwrite, check, failing, cancelAfter }: Attempt): Promise<ReadonlyArray<StoredEvent>> => {
    const before = (await stored()).length
    const settled = new ReplaySubject<void>(1)
    const env = { home: scene.home, medium: failingMedium(failing), onSettled: () => settled.next() }
    const events$ = backUp(env)({ directory, overwrite, check })
    const cancel$ = new ReplaySubject<void>(1)
    let seen = 0
    const watched$ = events$.pipe(takeUntil(cancel$))
    await new Promise<void>((resolve) => {
      watched$.subscribe({
        next: () => {
          if (seen++ === cancelAfter) cancel$.next()
        },
        error: () => resolve(),
        complete: () => resolve(),
      })
    })
    await firstValueFrom(settled.pipe(delay(0)))
    return (await stored()).slice(before).filter(({ stream }) => stream.startsWith('backup-'))
  }

  it('P-1, P-2, BR-15, BR-16, BR-20: nothing, or BEGIN RESTRICTED* and exactly one end, last, whatever happens', async () => {
    let places = 0
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 5 }), async (attempts) => {
        const directory = join(scene.place.root, `medium-${(places += 1)}`)
        let current: string | undefined
        for (const one of attempts) {
          const events = await run(directory, one)
          const types = events.map(({ type }) => type)
          if (types.length > 0) expect(isBackupTrace(types)).toBe(true)
          const ended = events.find(({ type }) => type === 'BackupEnded')
          // What was the backup stays it until another one ended.
          if (ended !== undefined) current = (ended.data as { readonly set: string }).set
          const opened = await openBackup(directory, { salvage: false })()
          expect(opened).toMatchObject(current === undefined ? { left: { type: 'BackupMissing' } } : { right: { set: current } })
        }
      }),
      { numRuns: runs(25) }
    )
  }, 180_000)

  it('refuses other orders (the twin)', () => {
    const [begun, left, ended] = ['BackupBegun', 'BackupRestricted', 'BackupEnded']
    expect(isBackupTrace([begun, left, ended] as string[])).toBe(true)
    for (const trace of [[left, begun, ended], [begun], [begun, ended, left], [begun, ended, ended], [ended]]) {
      expect(isBackupTrace(trace)).toBe(false)
    }
    expect(isBackupTrace(['BackupBegun', 'BackupProgress', 'BackupRestricted', 'BackupEnded'])).toBe(false)
  })

  it('emits what it stores, in the same order', async () => {
    const directory = join(scene.place.root, 'emitted')
    const before = (await stored()).length
    const emitted = await lastValueFrom(backUp({ home: scene.home })({ directory, overwrite: false }).pipe(toArray()))
    const log = (await stored()).slice(before).filter(({ stream }) => stream.startsWith('backup-'))
    expect(emitted.map(({ id }) => id)).toEqual(log.map(({ id }) => id))
  })
})
