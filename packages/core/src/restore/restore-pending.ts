import { lastValueFrom, takeUntil } from 'rxjs'

import { newEvent } from '../event/define-event'
import { runTask } from '../fault/run-task'
import { compareVersions, satisfiesVersion, type RequiredVersion, type SecurityVersion } from '../identity/security-version'
import { endSession } from './end-session'
import { pendingBatches, pendingVersions } from './outgoing-batches'
import { restoreBatches } from './restore-batches'
import { IndividualizationNeeded } from './restore-event'
import { note, openSession, type Running } from './restore-running'
import { sessionsOf } from './restore-sessions'

const highest = (versions: ReadonlyArray<RequiredVersion>): RequiredVersion | undefined => [...versions].sort(compareVersions).at(-1)

const installed = async ({ context }: Running): Promise<SecurityVersion> => (await runTask(context.home.device)).securityVersion

/** Individualizes on the way, if that is wished; its own consent is asked there (BR-35). */
const upgrade = async ({ context, env, request, signal }: Running, needed: RequiredVersion): Promise<void> => {
  if (request.individualize !== true || env.individualize === undefined) return
  await lastValueFrom(env.individualize(context.home, needed).pipe(takeUntil(context.cancelled)), { defaultValue: undefined })
  signal.throwIfAborted()
}

/**
 * Restores the licenses that were refused for want of an individualization, as far as the installed component meets them now:
 * individualized here, or before the run that is gone on with was cut off.
 */
export const restorePending = async (running: Running): Promise<void> => {
  const { context, backup, run, signal } = running
  const tally = running.tally()
  if (tally.pending.size === 0) return
  const versions = await pendingVersions(backup, tally)
  const needed = highest(versions)
  const told = newEvent(IndividualizationNeeded, { run: run.run, licenses: tally.pending.size, version: needed ?? '' })
  if (!tally.needed) await note(running, told)
  if (needed !== undefined && !satisfiesVersion(await installed(running), needed)) await upgrade(running, needed)
  const { securityVersion, epoch } = await runTask(context.home.device)
  if (!versions.some((version) => satisfiesVersion(securityVersion, version))) return
  // The session before was for the component before.
  const sessions = sessionsOf(
    () => openSession(running),
    (session) => endSession(context.home, session)
  )
  try {
    const count = { run: run.run, total: backup.manifest.licenses, done: backup.manifest.licenses - tally.pending.size }
    await restoreBatches(context, sessions, count, pendingBatches(backup, { run: run.run, epoch }, tally), signal)
  } finally {
    await sessions.close()
  }
}
