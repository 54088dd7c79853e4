import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoreFault } from '../fault/core-fault'
import type { EventStore, Projection } from '../store/event-store'
import { projectEvents } from '../vault/project-events'
import { BackupBegun, BackupCancelled, BackupEnded, BackupFailed } from './backup-event'

const MODEL = 'open-backup'
const ALL = 'all'

/** Backups that began and did not end. */
export const openBackupProjection: Projection = projectEvents(
  MODEL,
  [BackupBegun, BackupEnded, BackupFailed, BackupCancelled],
  ({ type, data }) => [{ key: ALL, id: data.set, value: type === 'BackupBegun' ? {} : null }]
)

/** The sets whose backup began and did not end: under the lock of backups, those of runs that were killed. */
export const openBackups = (store: EventStore): TE.TaskEither<StoreFault, ReadonlyArray<string>> =>
  pipe(
    store.lookUp(MODEL, ALL),
    TE.map((rows) => rows.map(({ id }) => id))
  )
