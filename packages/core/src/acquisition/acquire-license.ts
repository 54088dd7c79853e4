import { lastValueFrom, takeUntil, type Observable } from 'rxjs'

import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { uuidV7 } from '../event/uuid-v7'
import { CoreError } from '../fault/core-error'
import { orThrow, runTask } from '../fault/run-task'
import { badInput } from '../identity/bad-input'
import type { KeyId } from '../identity/key-id'
import { presentCredential } from '../individualization/present-credential'
import { LicenseResponseDocument } from '../license/license-response'
import { timestampFromMicros } from '../license/timestamp'
import { runProcess } from '../process/run-process'
import { AcquisitionBegun, AcquisitionCancelled, AcquisitionChallenged } from './acquisition-event'
import type { AcquisitionEnv, AcquisitionRequest } from './acquisition-env'
import { takeAcquisitionLock } from './acquisition-lock'
import { ACQUIRE_PATH, type AcquireBody } from './acquisition-messages'
import { endWith, note, refuse, runAcquisition, type AcquisitionRun } from './acquisition-run'
import { acquisitionUrl, type AcquisitionUrl } from './acquisition-url'
import { issueChallenge } from './license-challenge'
import { callLicenseServer } from './license-server-call'
import { nextStep, refusalReason } from './next-step'
import { storeAcquired } from './store-acquired'

/** A request whose parts fit together. */
interface Wanted {
  readonly request: AcquisitionRequest
  readonly url: AcquisitionUrl
  /** `null` for a pre-delivery. */
  readonly keyId: KeyId | null
}

const checked = (request: AcquisitionRequest): Wanted => {
  const { mode, keyId } = request
  const url = orThrow(acquisitionUrl(request))
  if (mode === 'pre-delivery') return { request, url, keyId: null }
  if (keyId === undefined) throw new CoreError(badInput('key ID', `one for a ${mode} acquisition`, 'none'))
  return { request, url, keyId }
}

const acquireSilently = async (run: AcquisitionRun, url: AcquisitionUrl, keyId: KeyId, attempt: number): Promise<void> => {
  const { context, env, operation, signal } = run
  const response = await runTask(
    callLicenseServer(context.home, () => env.client(url.server), {
      path: ACQUIRE_PATH,
      idem: `${operation}/acquire/${attempt}`,
      body: (credential): AcquireBody => ({ v: 1, keyId, credential }),
      codec: LicenseResponseDocument,
      signal,
    })
  )
  await storeAcquired(run, keyId, response)
}

const challenge = async (run: AcquisitionRun, url: AcquisitionUrl, keyId: KeyId | null): Promise<void> => {
  const { home } = run.context
  const own = await runTask(presentCredential(home))
  const signing = await runTask(home.keystore.signing(own.credential.epoch))
  const made = issueChallenge(signing.key, {
    id: uuidV7(home.clock, home.random),
    keyId,
    credential: own.jws,
    at: timestampFromMicros(home.clock.now()),
  })
  await endWith(run, newEvent(AcquisitionChallenged, { operation: run.operation, url: url.stated, challenge: made }))
}

/** One try. @returns why it needs individualization first, if it does; other refusals and failures are thrown. */
const attempted = async (run: AcquisitionRun, { url, keyId }: Wanted, attempt: number, isSilent: boolean): Promise<string | undefined> => {
  try {
    await (isSilent && keyId !== null ? acquireSilently(run, url, keyId, attempt) : challenge(run, url, keyId))
    return undefined
  } catch (error) {
    const reason = error instanceof CoreError ? refusalReason(error.fault) : undefined
    if (reason === undefined || nextStep(reason) !== 'individualize' || run.context.isCancelled()) throw error
    return reason
  }
}

/** Individualizes on the way, if that is wished; its own consent is asked there. @returns whether the home is another epoch's now. */
const individualized = async ({ context, env }: AcquisitionRun, { individualize }: AcquisitionRequest): Promise<boolean> => {
  if (individualize !== true || env.individualize === undefined) return false
  const before = await runTask(context.home.device)
  const upgrade = env.individualize(context.home, undefined).pipe(takeUntil(context.cancelled))
  await lastValueFrom(upgrade, { defaultValue: undefined })
  return (await runTask(context.home.device)).epoch !== before.epoch
}

const acquire = async (run: AcquisitionRun, wanted: Wanted): Promise<void> => {
  const { request, keyId } = wanted
  const { mode, urlState } = request
  await note(run, newEvent(AcquisitionBegun, { operation: run.operation, mode, keyId, url: urlState }))
  if (urlState === 'tampered') {
    await refuse(run, 'UrlTampered')
    return
  }
  const needs = await attempted(run, wanted, 1, mode === 'silent')
  if (needs === undefined) return
  if (!(await individualized(run, request))) {
    await refuse(run, needs)
    return
  }
  const still = await attempted(run, wanted, 2, mode === 'silent')
  if (still !== undefined) await refuse(run, still)
}

/**
 * Acquires a license from the license server that the content or the application names. Cold; emits each event once it is stored,
 * those of the vault included. One at a time in a home (LI-65). Where the home has to be individualized first, that is done on the
 * way if the request allows it, and the acquisition is tried once more (IN-28, IN-29).
 *
 * Order: `AcquisitionBegun`, then one of `LicenseAcquired` (LI-61), `AcquisitionChallenged` for the other two modes (LI-60, LI-67),
 * `AcquisitionRefused` (LI-63), `AcquisitionCancelled` (LI-64), `AcquisitionFailed`. A URL that was `tampered` with is refused
 * before anybody is asked (LI-68).
 *
 * @errors `CoreError`. Before any event: `LicenseUrlMissing` (LI-62), `BadInput`, `Acquiring` (LI-65). After `AcquisitionFailed`:
 * `ServiceUnavailable`, `ReplyInvalid`, `ReplyTooLarge`, what is wrong with the license, those of the keystore.
 */
export const acquireLicense =
  (env: AcquisitionEnv) =>
  (request: AcquisitionRequest): Observable<StoredEvent> =>
    runProcess(env, async (context) => {
      const { home } = context
      const wanted = checked(request)
      const release = await runTask(takeAcquisitionLock(home))
      try {
        const start = { context, env, operation: uuidV7(home.clock, home.random), cancelled: AcquisitionCancelled }
        await runAcquisition(start, (run) => acquire(run, wanted))
      } finally {
        release()
      }
    })
