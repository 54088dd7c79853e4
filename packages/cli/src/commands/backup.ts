import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  BackupEnded,
  BackupProgress,
  backUp,
  restrictedTitles,
} from '@custody/core/backup'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import type { Secret } from '@custody/core/secret'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { withPassphrase } from '../options/passphrase-option'
import { progressBar } from '../output/progress-bar'
import type { Reporter } from '../output/reporter'
import { dataOf, lastOf } from '../output/stored-data'
import { runProcess } from './run-process'
import type { AddCommand } from './run'
import { withHome } from './session'

/** What `custody backup` was told. */
export interface BackupOptions {
  readonly directory: string
  readonly overwrite: boolean
  readonly check: boolean
  /** The passphrase that a restore will need. */
  readonly guard: Secret | undefined
  /** Folder of the embedded authority. */
  readonly authority: string
}

const MICROSECONDS = 1000

const progress = (reporter: Reporter, { clock }: Home): ((event: StoredEvent) => void) => {
  const show = progressBar(reporter, () => clock.now() / MICROSECONDS)
  return (event) => {
    const data = dataOf(BackupProgress, event)
    if (data !== undefined) show(data.written, data.licenses, `${String(data.written)} of ${String(data.licenses)} licenses`)
  }
}

/** Names what could not be backed up, in general terms and by title (BR-14). */
const tellRestricted =
  (reporter: Reporter, home: Home) =>
  (events: ReadonlyArray<StoredEvent>): TE.TaskEither<CommandFailure, void> =>
    pipe(
      restrictedTitles(home)(events),
      TE.bimap(coreFailure, (restricted) => {
        if (restricted.length === 0) return
        reporter.say('some licenses may not be backed up (BR-12):')
        for (const { keyId, title } of restricted) {
          reporter.say(`  ${title.type === 'Titled' ? `"${title.title}" (${keyId})` : keyId}`)
        }
      })
    )

const fileSystemOf = (place: string): Promise<number | undefined> =>
  stat(place).then(
    ({ dev }) => dev,
    () => undefined
  )

/** Who loses the authority loses every backup that was made for it. */
const warnOfAuthority =
  (reporter: Reporter, authority: string, home: string): TE.TaskEither<CommandFailure, void> =>
  async () => {
    const there = await fileSystemOf(authority)
    if (there !== undefined && there === (await fileSystemOf(home))) {
      reporter.warn(`warning: the authority that opens this backup, ${authority}, lies on the same file system as the home`)
      reporter.warn(`keep a copy of it elsewhere: custody authority export FILE`)
    }
    return { _tag: 'Right', right: undefined }
  }

/** `custody backup`: writes the licenses that may leave to a folder. Contacts nobody. */
export const backupCommand =
  (reporter: Reporter, { directory, overwrite, check, guard, authority }: BackupOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      runProcess(
        reporter,
        (env) => backUp({ ...env, home })({ directory, overwrite, check, ...(guard !== undefined && { guard }) }),
        progress(reporter, home)
      ),
      TE.tap(tellRestricted(reporter, home)),
      TE.tap(() => warnOfAuthority(reporter, authority, dirname(home.directory))),
      TE.map((events) => {
        const ended = lastOf(BackupEnded, events)
        if (ended === undefined) return
        const { set, licenses, restricted } = ended
        reporter.say(`${String(licenses)} licenses backed up to ${directory}, ${String(restricted)} left out`)
        reporter.emit({ type: 'Result', directory, set, licenses, restricted })
      })
    )

/** Adds `backup`. */
export const addBackup: AddCommand = (program, perform) => {
  program
    .command('backup <dir>')
    .description('back up the licenses that may be, to a folder')
    .option('--overwrite', 'replace a backup that is there')
    .option('--guard [file]', 'ask for a passphrase that a restore will need, or read it from a file (- for standard input)')
    .option('--check', 'open what was written once more')
    .action(
      perform(
        ({ overwrite, check, guard: given }, directory = '') =>
          ({ reporter, places }) => {
            const flags = { overwrite: overwrite === true, check: check === true }
            const { authority } = places
            return withPassphrase(given, 'Passphrase for the backup: ')((guard) =>
              withHome(places)(backupCommand(reporter, { directory, ...flags, guard, authority }))
            )
          }
      )
    )
}
