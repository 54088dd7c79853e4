import { firstValueFrom, type Observable } from 'rxjs'

import { homeAuthority } from '../authority/home-authority'
import { takeBackupRestoreLock } from '../backup/backup-restore-lock'
import { openBackup } from '../backup/open-backup'
import { recordConsent } from '../consent/consent'
import { noticeFor } from '../consent/notice'
import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { presentCredential } from '../individualization/present-credential'
import { record, runProcess, type ProcessContext } from '../process/run-process'
import { endSession } from './end-session'
import { keptTally } from './kept-tally'
import { segmentBatches } from './outgoing-batches'
import { restoreBatches } from './restore-batches'
import type { RestoreEnv, RestoreRequest } from './restore-env'
import {
  RestoreBegun,
  RestoreCancelled,
  RestoreConnecting,
  RestoreDeclined,
  RestoreEnded,
  RestoreEndedPartially,
  RestoreFailed,
  restoreStream,
} from './restore-event'
import { restorePending } from './restore-pending'
import { freshRun, readTally, recordRun, unfinishedRun, type RestoreRun } from './restore-run'
import { note, openSession, type Running } from './restore-running'
import { sessionsOf } from './restore-sessions'

/** Asks for consent, or goes on with a run of this set that was cut off, which had it. Nothing: declined, or given up meanwhile. */
const begin = async (
  context: ProcessContext,
  { consent, client }: RestoreEnv,
  set: string
): Promise<RestoreRun | undefined> => {
  const { home } = context
  const cut = await runTask(unfinishedRun(home.store, set))
  if (cut !== undefined) return cut
  const run = freshRun(home)
  const notice = noticeFor('restore', client.place)
  const answer = await Promise.race([consent.ask(notice), firstValueFrom(context.cancelled)])
  if (answer === undefined) {
    await record(context, restoreStream(run), run, newEvent(RestoreCancelled, { run }))
    return undefined
  }
  const recorded = await runTask(recordConsent(home)(run, notice, answer))
  if (answer.answer === 'given') {
    await runTask(recordRun(home, set, { run, consent: recorded }))
    return { run, consent: recorded }
  }
  await record(context, restoreStream(run), run, newEvent(RestoreDeclined, { run }))
  return undefined
}

const end = async (running: Running): Promise<void> => {
  const { run } = running
  const { restored, held, refused, atLimit, url } = running.tally()
  const counts = { run: run.run, restored, held, refused }
  if (refused === 0) await note(running, newEvent(RestoreEnded, counts))
  else if (restored + held > 0) await note(running, newEvent(RestoreEndedPartially, counts))
  else {
    const fault = atLimit === refused ? 'RestoreLimitReached' : 'NotAllStored'
    await note(running, newEvent(RestoreFailed, { run: run.run, fault, url }))
  }
}

const restore = async (running: Running): Promise<void> => {
  const { context, backup, run, signal } = running
  const before = running.tally()
  signal.throwIfAborted()
  await note(running, newEvent(RestoreConnecting, { run: run.run, set: backup.set }))
  const sessions = sessionsOf(
    () => openSession(running),
    (session) => endSession(context.home, session)
  )
  try {
    await sessions.current()
    const total = backup.manifest.licenses
    if (!before.begun) await note(running, newEvent(RestoreBegun, { run: run.run, licenses: total }))
    const count = { run: run.run, total, done: before.restored + before.held + before.refused }
    await restoreBatches(context, sessions, count, segmentBatches(context, backup, run.run, before), signal)
    await restorePending(running)
  } finally {
    await sessions.close()
  }
  signal.throwIfAborted()
  await end(running)
}

const failureOf = (fault: CoreFault): { readonly fault: string; readonly url: string | null } =>
  fault.type === 'ServiceRefused' ? { fault: fault.reason, url: fault.url } : { fault: fault.type, url: null }

/** However a restore breaks off, the log says so; a no of the service is history, the rest is the outside world's. */
const breakOff = async (running: Running, error: unknown): Promise<void> => {
  const { context, run } = running
  if (context.isCancelled()) {
    await note(running, newEvent(RestoreCancelled, { run: run.run }))
    return
  }
  if (!(error instanceof CoreError)) throw error
  await note(running, newEvent(RestoreFailed, { run: run.run, ...failureOf(error.fault) }))
  if (error.fault.type !== 'ServiceRefused') throw error
}

const restoreWithin = async (context: ProcessContext, env: RestoreEnv, request: RestoreRequest): Promise<void> => {
  const { home } = context
  await runTask(presentCredential(home))
  const { trust } = await runTask(homeAuthority(home))
  const backup = await runTask(openBackup(request.directory, { salvage: request.salvage === true, trust }))
  const { authority } = backup.manifest
  if (authority !== trust.authority) throw new CoreError({ type: 'AuthorityOther', pinned: trust.authority, found: authority })
  if (backup.manifest.guard !== undefined && request.guard === undefined) {
    throw new CoreError({ type: 'BackupGuarded', place: request.directory })
  }
  const run = await begin(context, env, backup.set)
  if (run === undefined) return
  const kept = keptTally(context, run.run, await runTask(readTally(home.store, run.run)))
  const cancel = new AbortController()
  const cancelling = context.cancelled.subscribe(() => {
    cancel.abort()
  })
  const running = { ...kept, env, request, backup, run, signal: cancel.signal }
  try {
    await restore(running)
  } catch (error) {
    await breakOff(running, error)
  } finally {
    cancelling.unsubscribe()
  }
}

/**
 * Restores the licenses of a backup on this computer, with the word of the License Management Service for each (BR-24). Cold;
 * emits each event once it is stored. Nothing leaves the machine before consent is recorded (BR-34); a refused license does
 * not stop the others (BR-32); a restore of the same set that was cut off is gone on with, and nothing is counted twice.
 *
 * Order: `ConsentRecorded`, then `RestoreDeclined`; or `RestoreRequested`, `RestoreConnecting`, `RestoreDisconnecting`,
 * `RestoreBegun`, for each license one of `LicenseRestored`, `LicenseAlreadyHeld`, `LicenseRestoreRefused` with a
 * `RestoreProgress` after each batch, `IndividualizationNeeded` where that is what is missing, and one of `RestoreEnded`,
 * `RestoreEndedPartially`, `RestoreFailed`, `RestoreCancelled`.
 *
 * @errors `CoreError`. Before any event: `BackupMissing`, `BackupDamaged` and the others of the set, `BackupGuarded`,
 * `AuthorityOther` for a backup that was made for another authority, `NotIndividualized`, `BackupBusy` (BR-18). After
 * `RestoreFailed`: `ServiceUnavailable`, `ReplyInvalid`, `ReplyTooLarge`, `BadInput` for a backup with more issuers than a request
 * has room for, those of keystore and store.
 * @source docs/reference/protocols.md, section 4
 */
export const restoreLicenses =
  (env: RestoreEnv) =>
  (request: RestoreRequest): Observable<StoredEvent> =>
    runProcess(env, async (context) => {
      const release = await runTask(takeBackupRestoreLock(context.home))
      try {
        await restoreWithin(context, env, request)
      } finally {
        release()
      }
    })
