import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { open as openFile, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { backUp, openBackup } from '@custody/core/backup'
import { utf8 } from '@custody/core/encoding'
import type { StoredEvent } from '@custody/core/event'
import { openHome, protectLicense, type Home, type HomeOptions } from '@custody/core/home'
import { individualize } from '@custody/core/individualization'
import { restoreLicenses } from '@custody/core/restore'
import { secretFromBytes, wipeSecret, type Secret } from '@custody/core/secret'
import { everyLicense } from '@custody/core/vault'
import { verifyHome } from '@custody/core/verify'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import { succeed } from '../authority/testing/temporary-authority'
import type { TestLicense } from '../management/testing/test-backup'
import * as counted from './testing/counted-secrets'
import { eventsOf, person, restoringScene, typesOf, type RestoringScene } from './testing/restoring-scene'

jest.mock('../../../core/dist/secret/secret', () => {
  const { countedSecrets } = jest.requireActual<typeof counted>('./testing/counted-secrets')
  return countedSecrets(jest.requireActual('../../../core/dist/secret/secret'))
})

const LONG = 240_000
jest.setTimeout(LONG)

/** Milliseconds for what nobody waits for any more; a busy machine needs some. */
const PATIENCE = 20_000
/** Where something is left on purpose. */
const SHORT = 300
const PAUSE = 20

const RIGHTS = { rights: [{ action: 'Play' as const, windows: [{ count: 2 }] }, { action: 'Backup' as const }] }

/** What one run of a process works on: a folder outside of the home, and licenses that it may bring there. */
interface Work {
  readonly directory: string
  readonly licenses: ReadonlyArray<TestLicense>
}

/** A process of one computer, as often as it is asked for. */
interface Cancellable {
  /** What the computer has before. */
  readonly prepare: (home: Home) => Promise<void>
  readonly work: () => Promise<Work>
  readonly start: (home: Home, work: Work, onSettled: () => void) => Observable<StoredEvent>
  /** Ends of a run that was unsubscribed from: cancelled, or too late for that. */
  readonly cancelled: ReadonlyArray<string>
  readonly done: string
}

const UNFINISHED = /\.partial$|^downloads$|\.new$|^\..+\.[0-9a-f]{16}$/

const leftoversIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => UNFINISHED.test(basename(path)))

/** Files below a folder that this program has open, where the system lists them. */
const openFiles = (folder: string): ReadonlyArray<string> => {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const file = readlinkSync(join('/proc/self/fd', name))
      return file.startsWith(folder) ? [file] : []
    } catch {
      // The handle that lists the folder is closed by now.
      return []
    }
  })
}

/** A service answers to the end what nobody waits for any more; what is still there after that stays. */
const stays = async <A>(read: () => ReadonlyArray<A>, patience: number): Promise<ReadonlyArray<A>> => {
  for (let waited = 0; waited < patience && read().length > 0; waited += PAUSE) await delay(PAUSE)
  return read()
}

describe('a process that is cancelled', () => {
  let scene: RestoringScene
  let passphrase: Secret
  let places = 0
  beforeAll(async () => {
    passphrase = secretFromBytes(utf8('a passphrase'))
    scene = await restoringScene({ individualizationsADay: 1000 })
  })
  afterAll(async () => {
    wipeSecret(passphrase)
    await scene.remove()
  })

  const anywhere = async (): Promise<Work> => ({ directory: join(scene.root, `written-${(places += 1)}`), licenses: [] })
  const PROCESSES: Readonly<Record<'backup' | 'restore' | 'individualization', Cancellable>> = {
    backup: {
      prepare: async (home) => {
        for (const conditions of [RIGHTS, RIGHTS]) await succeed(protectLicense(home)({ conditions }))
      },
      work: anywhere,
      start: (home, { directory }, onSettled) =>
        backUp({ home, onSettled })({ directory, overwrite: true, check: true, guard: passphrase }),
      cancelled: ['BackupCancelled'],
      done: 'BackupEnded',
    },
    restore: {
      prepare: async () => undefined,
      work: async () => {
        const licenses = [scene.license(RIGHTS), scene.license(RIGHTS)]
        return { directory: await scene.set(licenses), licenses }
      },
      start: (home, { directory }, onSettled) => restoreLicenses(scene.env(home, { onSettled }))({ directory }),
      cancelled: ['RestoreCancelled'],
      done: 'RestoreEnded',
    },
    individualization: {
      prepare: async () => undefined,
      work: anywhere,
      start: (home, _, onSettled) =>
        individualize({ home, client: scene.client(), consent: person('individualize'), onSettled })({ forced: true }),
      cancelled: ['IndividualizationCancelled', 'IndividualizationSucceeded'],
      done: 'IndividualizationSucceeded',
    },
  }
  const NAMES = ['backup', 'restore', 'individualization'] as const

  /** Unsubscribes at the event of an index, and waits until the process has settled. @returns the events up to there. */
  const cancelledAt = ({ start }: Cancellable, home: Home, work: Work, index: number): Promise<ReadonlyArray<StoredEvent>> =>
    new Promise((resolve) => {
      const seen: StoredEvent[] = []
      const running = start(home, work, () => resolve(seen)).subscribe({
        next: (event) => {
          if (seen.push(event) > index) running.unsubscribe()
        },
      })
    })

  const setProblems = async ({ directory, licenses }: Work, isWhole: boolean): Promise<ReadonlyArray<string>> => {
    if (!existsSync(directory) || licenses.length > 0) return []
    const opens = E.isRight(await openBackup(directory, { salvage: false })())
    return [...leftoversIn(directory), ...(opens === isWhole ? [] : [`a set that ${opens ? 'opens' : 'does not open'}`])]
  }
  const licenseProblems = async (home: Home, { licenses }: Work): Promise<ReadonlyArray<string>> => {
    const held = new Set((await lastValueFrom(everyLicense(home).pipe(toArray()))).map(({ lid }) => lid as string))
    const halves = await Promise.all(
      licenses.map(async ({ license: { lid } }) => {
        const key = await succeed(home.store.state('key-envelope', `license/${scene.issuer}/${lid}`))
        return (key !== undefined) === held.has(lid) ? [] : [`half of the license ${lid}`]
      })
    )
    const { damaged, keys } = await succeed(verifyHome(home))
    return [...halves.flat(), ...(damaged === 0 && keys === held.size ? [] : [`${keys} keys of ${held.size} licenses, ${damaged} damaged`])]
  }

  /** What is wrong with a home in which a process was cancelled. */
  const homeProblems = async (process: Cancellable, home: Home, work: Work): Promise<ReadonlyArray<string>> => {
    const ends = [...process.cancelled, process.done]
    const end = typesOf(await eventsOf(home.store.readAll())).findLast((type) => ends.includes(type))
    return [
      ...leftoversIn(home.directory),
      ...(await setProblems(work, end === 'BackupEnded')),
      ...(await licenseProblems(home, work)),
    ]
  }

  interface Asked {
    readonly options: HomeOptions
    readonly index: number
    /** Runs the process and cancels it. */
    readonly cancel?: (run: () => Promise<unknown>, home: Home, work: Work) => Promise<unknown>
    readonly patience?: number
  }

  /** What is wrong after a process was cancelled and its home closed; nothing where all is clean, and the next run completed. */
  const problemsOf = async (process: Cancellable, asked: Asked): Promise<ReadonlyArray<string>> => {
    const { options, index, cancel = (run) => run(), patience = PATIENCE } = asked
    const work = await process.work()
    const [secrets, files] = [counted.clearSecrets(), openFiles(scene.root)]
    const home = await succeed(openHome(options))
    const problems: string[] = []
    try {
      await cancel(() => cancelledAt(process, home, work, index), home, work)
      problems.push(...(await homeProblems(process, home, work)))
      const next = typesOf(await eventsOf(process.start(home, work, () => undefined)))
      if (!next.includes(process.done)) problems.push('the next run does not complete')
    } finally {
      home.close()
    }
    const more = (): ReadonlyArray<string> => {
      const left = counted.clearSecrets() - secrets
      const open = openFiles(scene.root).filter((file) => !files.includes(file))
      return [...(left <= 0 ? [] : [`${left} clear secrets`]), ...open.map((file) => `${file} is open`)]
    }
    return [...problems, ...(await stays(more, patience))]
  }

  /** A computer for a process, and the types of the events of a whole run. */
  const ready = async (process: Cancellable) => {
    const computer = await scene.computer()
    await process.prepare(computer.home())
    const events = await cancelledAt(process, computer.home(), await process.work(), Number.MAX_SAFE_INTEGER)
    return { options: computer.options, types: typesOf(events) }
  }

  it.each(NAMES)('R18: %s: at each event it leaves no clear secret, no open file, no half license, and the next run completes', async (name) => {
    const process = PROCESSES[name]
    const { options, types } = await ready(process)
    expect(types).toContain(process.done)
    for (const [index, type] of types.entries()) {
      expect([index, type, await problemsOf(process, { options, index })]).toEqual([index, type, []])
    }
  })

  it.each(NAMES)('R18: %s: twin: without wiping, clear secrets are left', async (name) => {
    const process = PROCESSES[name]
    const { options, types } = await ready(process)
    const index = types.indexOf(process.done) - 1
    const problems = await problemsOf(process, { options, index, cancel: counted.withoutWiping, patience: SHORT })
    expect(problems).toEqual([expect.stringMatching(/^[1-9]\d* clear secrets$/)])
  })

  it('R18: twin: half of a license, a file without a name and one that is open are seen', async () => {
    const restore = PROCESSES.restore
    const { options, types } = await ready(restore)
    const [temporary, open] = ['.key.jwe.0123456789abcdef', 'open'].map((name) => join(options.directory, name))
    let handle: FileHandle | undefined
    let half = ''
    const spoil = async (run: () => Promise<unknown>, { store }: Home, { licenses: [license] }: Work): Promise<void> => {
      await run()
      handle = await openFile(open ?? '', 'w')
      writeFileSync(temporary ?? '', '')
      half = license?.license.lid ?? ''
      const key = `license/${scene.issuer}/${half}`
      await succeed(store.append({ appends: [], state: [{ space: 'key-envelope', key, value: null }] }))
    }
    const problems = await problemsOf(restore, { options, index: types.indexOf('RestoreProgress'), cancel: spoil, patience: SHORT })
    await handle?.close()
    const openOnLinux = process.platform === 'linux' ? [`${open} is open`] : []
    expect(problems).toEqual([basename(temporary ?? ''), `half of the license ${half}`, expect.stringContaining('keys of'), ...openOnLinux])
  })
})
