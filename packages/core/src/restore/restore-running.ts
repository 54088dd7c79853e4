import type { OpenedBackup } from '../backup/open-backup'
import { runTask } from '../fault/run-task'
import { presentCredential } from '../individualization/present-credential'
import { record, type ProcessContext } from '../process/run-process'
import type { NewEvent } from '../store/event-store'
import { certifyIssuers } from './certify-issuers'
import type { RestoreEnv, RestoreRequest } from './restore-env'
import { restoreStream } from './restore-event'
import type { RestoreRun } from './restore-run'
import { openRestoreSession, type RestoreSession } from './restore-session'
import type { RestoreTally } from './restore-tally'
import { sealedGuard } from './sealed-guard'

/** A restore that is under way. */
export interface Running {
  readonly context: ProcessContext
  readonly env: RestoreEnv
  readonly request: RestoreRequest
  readonly backup: OpenedBackup
  readonly run: RestoreRun
  /** Aborts at unsubscription. */
  readonly signal: AbortSignal
  /** How far it has come. */
  readonly tally: () => RestoreTally
}

/** Records events of a restore. */
export const note = ({ context, run }: Pick<Running, 'context' | 'run'>, ...events: ReadonlyArray<NewEvent>): Promise<unknown> =>
  record(context, restoreStream(run.run), run.run, ...events)

/** Opens a session for a restore and believes whom the service vouches for. Throws `CoreError`. */
export const openSession = async ({ context, env, request, backup, run, signal, tally }: Running): Promise<RestoreSession> => {
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
