import { lastValueFrom, type Observable } from 'rxjs'

import { openBackup, type OpenedBackup } from '../backup/open-backup'
import { homeAuthority } from '../authority/home-authority'
import { takeBackupRestoreLock } from '../backup/backup-restore-lock'
import { recordConsent } from '../consent/consent'
import { noticeFor } from '../consent/notice'
import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { presentCredential } from '../individualization/present-credential'
import { record, runProcess, type ProcessContext } from '../process/run-process'
import type { NewEvent } from '../store/event-store'
import { wipeSecret } from '../secret/secret'
import { certifyIssuers } from './certify-issuers'
import { keptTally } from './kept-tally'
import { pendingBatches, segmentBatches } from './outgoing-batches'
import { restoreBatches, type Sessions } from './restore-batches'
import type { RestoreEnv, RestoreRequest } from './restore-env'
import {
  IndividualizationNeeded,
  RestoreBegun,
  RestoreCancelled,
  RestoreConnecting,
  RestoreDeclined,
  RestoreEnded,
  RestoreEndedPartially,
  RestoreFailed,
  restoreStream,
} from './restore-event'
import { freshRun, readTally, recordRun, unfinishedRun, type RestoreRun } from './restore-run'
import { openRestoreSession, type RestoreSession } from './restore-session'
import { sealedGuard } from './sealed-guard'
import type { RestoreTally } from './restore-tally'

/** A restore that is under way. */
interface Running {
  readonly context: ProcessContext
  readonly env: RestoreEnv
  readonly request: RestoreRequest
  readonly backup: OpenedBackup
  readonly run: RestoreRun
  readonly signal: AbortSignal
  readonly tally: () => RestoreTally
}

const note = ({ context, run }: Pick<Running, 'context' | 'run'>, ...events: ReadonlyArray<NewEvent>): Promise<unknown> =>
  record(context, restoreStream(run.run), run.run, ...events)

/** Asks for consent, or goes on with a run of this set that was cut off, which had it. Nothing: declined. */
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
  const answer = await consent.ask(notice)
  const recorded = await runTask(recordConsent(home)(run, notice, answer))
  if (answer.answer === 'given') {
    await runTask(recordRun(home, set, { run, consent: recorded }))
    return { run, consent: recorded }
  }
  await record(context, restoreStream(run), run, newEvent(RestoreDeclined, { run }))
  return undefined
}

const openSession = async ({ context, env, request, backup, run, signal, tally }: Running): Promise<RestoreSession> => {
  const { home } = context
  const { mid } = (await runTask(presentCredential(home))).credential
  const { manifest } = backup
  const guard = await sealedGuard(home, { manifest, mid, passphrase: request.guard, place: request.directory })
  const session = await runTask(
    openRestoreSession(home, env.client)({
      run: run.run,
      consent: run.consent,
      manifest: backup.manifestJws,
      sessions: tally().sessions,
      ...(guard !== undefined && { guard }),
      signal,
    })
  )
  await runTask(certifyIssuers(home, session.issuers))
  return session
}

/** Keeps one session open; the transport keys of all of them are wiped at the end. */
const sessionsOf = (running: Running): Sessions & { readonly close: () => Promise<void> } => {
  const opened: Array<Promise<RestoreSession>> = []
  const open = (): Promise<RestoreSession> => {
    const session = openSession(running)
    session.catch(() => undefined)
    opened.push(session)
    return session
  }
  const current = (): Promise<RestoreSession> => opened.at(-1) ?? open()
  return {
    current,
    renew: async (expired) => ((await current()) === expired ? open() : current()),
    close: async () => {
      for (const session of await Promise.allSettled(opened)) {
        if (session.status === 'fulfilled') wipeSecret(session.value.transport)
      }
    },
  }
}

/** Individualizes on the way, if that is wished and consented to, and restores what was waiting for it. */
const restorePending = async (running: Running, needed: Parameters<NonNullable<RestoreEnv['individualize']>>[1]) => {
  const { context, env, request, backup, run, signal } = running
  const { pending } = running.tally()
  if (pending.size === 0) return
  const version = needed ?? ''
  await note(running, newEvent(IndividualizationNeeded, { run: run.run, licenses: pending.size, version }))
  if (request.individualize !== true || env.individualize === undefined) return
  const before = await runTask(context.home.device)
  await lastValueFrom(env.individualize(context.home, needed), { defaultValue: undefined })
  if ((await runTask(context.home.device)).epoch === before.epoch) return
  // The session was for the epoch before.
  const sessions = sessionsOf(running)
  try {
    const count = { run: run.run, total: backup.manifest.licenses, done: backup.manifest.licenses - pending.size }
    await restoreBatches(context, sessions, count, pendingBatches(backup, run.run, pending), signal)
  } finally {
    await sessions.close()
  }
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
  await note(running, newEvent(RestoreConnecting, { run: run.run, set: backup.set }))
  const sessions = sessionsOf(running)
  try {
    await sessions.current()
    const total = backup.manifest.licenses
    if (!before.begun) await note(running, newEvent(RestoreBegun, { run: run.run, licenses: total }))
    const count = { run: run.run, total, done: before.restored + before.held + before.refused }
    const outgoing = segmentBatches(context, backup, run.run, before.done)
    const { needed } = await restoreBatches(context, sessions, count, outgoing, signal)
    await restorePending(running, needed)
  } finally {
    await sessions.close()
  }
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
 * @errors `CoreError`. Before any event: `BackupMissing`, `BackupDamaged` and the others of the set, `NotIndividualized`,
 * `BackupBusy` (BR-18). After `RestoreFailed`: `ServiceUnavailable`, `ReplyInvalid`, `ReplyTooLarge`, those of keystore and store.
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
