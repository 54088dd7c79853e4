import { join } from 'node:path'
import type { Observable } from 'rxjs'

import { systemCode } from '../device/durable-file'
import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { type ProcessContext, record, runProcess } from '../process/run-process'
import { closeBackupGeneration } from '../vault/vault-generations'
import { BackupBegun, BackupCancelled, BackupEnded, BackupFailed, BackupRestricted, backupStream } from './backup-event'
import { fileMedium } from './backup-medium'
import { takeBackupRestoreLock } from './backup-restore-lock'
import type { BackupEnv, BackupRequest, BackupRun } from './backup-run'
import { beginBackup, endOfWhole, endWholeLate, removeOtherSets, unwritable } from './begin-backup'
import type { FoundSet } from './find-set'
import { backupParties } from './manifest-parts'
import { planBackup, type BackupPlan } from './plan-backup'
import { isSameBackup } from './same-backup'
import { partialFolder, setFolder } from './set-files'
import { writeBackup } from './write-backup'

const PRODUCT = 'custody'
/** What the log says of a failure of our own. */
const BUG = 'Bug'

const recordBeginning = async ({ context, plan, request, set, resumed }: BackupRun): Promise<void> => {
  const stream = backupStream(set)
  const licenses = plan.licenses.count() + plan.leaves.length
  const { overwrite } = request
  const restricted = plan.restricted.count()
  const begun = newEvent(BackupBegun, { set, licenses, restricted, overwrite, ...(resumed && { resumed }) })
  await record(context, stream, set, begun)
  for (const some of plan.restricted.pages()) {
    await record(context, stream, set, ...some.map((license) => newEvent(BackupRestricted, { set, ...license })))
  }
}

/** Nothing names the set, so that nothing is lost; a medium that is gone keeps it, unread. */
const removeUnnamed = async ({ medium, request: { directory }, set }: BackupRun): Promise<void> => {
  for (const folder of [partialFolder(set), setFolder(set)]) await medium.remove(join(directory, folder)).catch(() => undefined)
}

/** The fault that a run broke off with; nothing for our own bug. */
const faultOf = (error: unknown, directory: string): CoreFault | undefined => {
  if (error instanceof CoreError) return error.fault
  return systemCode(error) === 'UNKNOWN' ? undefined : unwritable(directory, error)
}

const failed = async (run: BackupRun, error: unknown): Promise<never> => {
  await removeUnnamed(run)
  const { set, context } = run
  const fault = faultOf(error, run.request.directory)
  // The log may be what failed; then the next run finds this one without an end.
  await record(context, backupStream(set), set, newEvent(BackupFailed, { set, fault: fault?.type ?? BUG })).catch(() => undefined)
  throw fault === undefined ? error : new CoreError(fault)
}

const runBackup = async (run: BackupRun): Promise<void> => {
  const { context, request, set, plan, medium } = run
  await recordBeginning(run)
  const written = await writeBackup(run).catch((error: unknown) => failed(run, error))
  if (written === undefined) {
    await removeUnnamed(run)
    await record(context, backupStream(set), set, newEvent(BackupCancelled, { set }))
    return
  }
  const { licenses, manifest } = written
  const restricted = plan.restricted.count()
  await record(context, backupStream(set), set, newEvent(BackupEnded, { set, licenses, restricted, manifest }))
  if (request.overwrite) await removeOtherSets(medium, request.directory, set)
}

/**
 * Ends a run that was killed after its set became the current one: nothing is left to write. Where the set is not what this
 * run was asked for, it is a backup like any other, and in the way (BR-7).
 */
const endWhole = async (run: BackupRun, whole: FoundSet, home: Home): Promise<void> => {
  const { context, request, set } = run
  if (!(await isSameBackup(run, whole))) {
    await endWholeLate(home, whole)
    throw new CoreError({ type: 'BackupExists', place: request.directory })
  }
  if (context.isCancelled()) return
  await recordBeginning(run)
  await record(context, backupStream(set), set, endOfWhole(whole))
}

const locked = async (context: ProcessContext, env: BackupEnv, request: BackupRequest): Promise<void> => {
  const { home } = context
  const { medium = fileMedium, product = PRODUCT } = env
  const parties = await backupParties(home)
  const { whole, ...start } = await beginBackup(env.home, request, medium)
  if (context.isCancelled()) return
  const run = (plan: BackupPlan): BackupRun => ({ context, request, parties, plan, medium, product, ...start })
  if (whole !== undefined) return endWhole(run(await planBackup(home)), whole, env.home)
  // Before the licenses are chosen: one that comes later lies under a key that this backup does not take along.
  await runTask(closeBackupGeneration(env.home))
  const plan = await planBackup(home)
  if (context.isCancelled()) return
  await runBackup(run(plan))
}

/**
 * Backs up every license that grants it (BR-10, BR-11), without network or consent (BR-17). Cold. Events in this order:
 * `BackupBegun`, one `BackupRestricted` for each license that is left out, then `SegmentBackedUp` and `BackupProgress` segment
 * by segment, then exactly one of `BackupEnded`, `BackupFailed`, `BackupCancelled`. Unsubscribing cancels, up to the moment at
 * which the set becomes the current one. Until then the backup that was there is the backup. A run that was killed goes on
 * under its set; where that is whole already and holds what this one would write, it is ended: `BackupBegun`,
 * `BackupRestricted`, `BackupEnded`.
 *
 * @errors before the first event, as `CoreError`: `BackupBusy`, `NotIndividualized`, `BackupExists`, `TargetUnwritable`,
 * `BadInput`; after `BackupFailed` its fault.
 * @source docs/reference/protocols.md, section 3
 */
export const backUp =
  (env: BackupEnv) =>
  (request: BackupRequest): Observable<StoredEvent> =>
    runProcess(env, async (context) => {
      const release = await runTask(takeBackupRestoreLock(env.home))
      try {
        await locked(context, env, request)
      } finally {
        release()
      }
    })
