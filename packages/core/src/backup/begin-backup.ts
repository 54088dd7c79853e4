import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { systemCode } from '../device/durable-file'
import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { badInput } from '../identity/bad-input'
import type { NewEvent } from '../store/event-store'
import { BackupEnded, BackupFailed, backupStream } from './backup-event'
import type { BackupMedium } from './backup-medium'
import { findSet, type FoundSet } from './find-set'
import { openBackups } from './open-backups'
import { namesIn } from './read-part'
import { digestOf, isSetId, POINTER, setFolder, setOfFolder } from './set-files'
import { utf8 } from '../encoding/utf8'

/** Which set a backup writes. */
export interface BackupStart {
  readonly set: string
  /** Whether a run of this set was killed. */
  readonly resumed: boolean
}

/** What is at the place when a backup begins. */
export interface BackupBeginning extends BackupStart {
  /** The set of a killed run that lacks only its last event: it is whole, and the current one here. */
  readonly whole?: FoundSet
}

/** Why a run that was killed goes into the log as failed. */
const INTERRUPTED = 'Interrupted'

/** Adds the end of a killed run to the log. */
const endLate = (home: Home, set: string, event: NewEvent): Promise<unknown> =>
  runTask(
    home.store.append({ appends: [{ stream: backupStream(set), expectedRevision: 'any', events: [event] }], correlation: set })
  )

/** The last event of a set that is whole. */
export const endOfWhole = ({ set, manifest, manifestJws }: FoundSet): NewEvent => {
  const { licenses, restricted } = manifest
  return newEvent(BackupEnded, { set, licenses, restricted, manifest: digestOf(utf8(manifestJws)) })
}

/** Gives a killed run its last event, as part of that run. @param home whose appends nobody watches. */
export const endWholeLate = (home: Home, whole: FoundSet): Promise<unknown> => endLate(home, whole.set, endOfWhole(whole))

/** Which killed runs this one goes on with. */
interface Settled {
  readonly resumed?: string
  readonly whole?: FoundSet
}

/**
 * Settles the backups that were killed. The one whose set is the current one here had all but its last event: with overwrite
 * it gets that now, without it this run is to end it. Of the others the newest goes on.
 *
 * @param home whose appends nobody watches: these events belong to the former runs.
 */
const settleKilled = async (home: Home, { directory, set: wanted, overwrite }: BackupPlace): Promise<Settled> => {
  const open = await runTask(openBackups(home.store))
  if (open.length === 0) return {}
  const current = await findSet(directory, { salvage: false })
  const names = await namesIn(directory)
  // Where the pointer is damaged the set may be what it named, and is not to be written over.
  const free = (set: string) => E.isRight(current) || !names.includes(POINTER) || !names.includes(setFolder(set))
  let settled: Settled = {}
  for (const set of [...open].sort().reverse()) {
    const isWanted = (wanted ?? set) === set
    if (E.isRight(current) && current.right.set === set) {
      if (isWanted && !overwrite) settled = { ...settled, whole: current.right }
      else await endWholeLate(home, current.right)
    } else if (settled.resumed === undefined && isWanted && free(set)) settled = { ...settled, resumed: set }
    else await endLate(home, set, newEvent(BackupFailed, { set, fault: INTERRUPTED }))
  }
  return settled
}

/** The fault of a medium that does not take what is written. */
export const unwritable = (place: string, error: unknown): CoreFault => ({
  type: 'TargetUnwritable',
  place,
  code: systemCode(error),
})

/** Refuses a place that holds a backup already; what a killed run of the same set left there is none (BR-7). */
const checkFree = async (directory: string, resumed: string | undefined): Promise<void> => {
  const names = await namesIn(directory).catch((error: unknown) => {
    throw new CoreError(unwritable(directory, error))
  })
  const taken = names.some((name) => name === POINTER || (setOfFolder(name) ?? resumed) !== resumed)
  if (taken) throw new CoreError({ type: 'BackupExists', place: directory })
}

const checkWritable = async (directory: string, medium: BackupMedium): Promise<void> => {
  try {
    await medium.makeFolder(directory)
    await access(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new CoreError(unwritable(directory, error))
  }
}

/** Where a backup goes, and whether what is there may go. */
export interface BackupPlace {
  readonly directory: string
  readonly overwrite: boolean
  /** A UUID; one is made where it is left out. */
  readonly set?: string
}

/**
 * Looks at the place before anything is written there.
 * Throws `CoreError` with `BackupExists`, `TargetUnwritable`, `BadInput` for another form of set id.
 */
export const beginBackup = async (home: Home, place: BackupPlace, medium: BackupMedium): Promise<BackupBeginning> => {
  const { directory, overwrite, set } = place
  if (set !== undefined && !isSetId(set)) throw new CoreError(badInput('set', 'a UUID in lower case', set))
  const { resumed, whole } = await settleKilled(home, place)
  if (whole !== undefined) return { set: whole.set, resumed: true, whole }
  if (!overwrite) await checkFree(directory, resumed)
  await checkWritable(directory, medium)
  return { set: resumed ?? set ?? uuidV7(home.clock, home.random), resumed: resumed !== undefined }
}

/** Removes the sets at a place that are not the current one. What cannot be removed stays, unnamed and unread. */
export const removeOtherSets = async (medium: BackupMedium, directory: string, current: string): Promise<void> => {
  for (const name of await namesIn(directory).catch(() => [])) {
    const set = setOfFolder(name)
    if (set !== undefined && set !== current) await medium.remove(join(directory, name)).catch(() => undefined)
  }
}
