import type { Observable } from 'rxjs'

import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import { orThrow, runTask } from '../fault/run-task'
import { foldStream } from '../home/fold-stream'
import type { Home } from '../home/home'
import { badInput } from '../identity/bad-input'
import type { KeyId } from '../identity/key-id'
import { timestampMicros } from '../license/timestamp'
import { runProcess } from '../process/run-process'
import { licensesByKey, type StoredLicense } from '../vault/stored-licenses'
import { ACQUISITION_EVENTS, ACQUISITION_STREAM, LicenseAcquired, MonitorCancelled } from './acquisition-event'
import { POLL_PACE, type AcquisitionEnv, type MonitorRequest } from './acquisition-env'
import { PICKUP_PATH, PickupReply, type PickupBody } from './acquisition-messages'
import { endWith, refuse, runAcquisition, type AcquisitionRun } from './acquisition-run'
import { acquisitionUrl } from './acquisition-url'
import { CHALLENGE_LIFE, claimedChallenge, type LicenseChallenge } from './license-challenge'
import { callLicenseServer } from './license-server-call'
import { storeAcquired } from './store-acquired'

/** A challenge of this home, with what its acquisition had. */
interface Awaited {
  readonly operation: string
  readonly server: string
  readonly challenge: LicenseChallenge
  /** When it was made, microseconds since 1970. */
  readonly since: number
}

interface Made {
  readonly operation: string
  readonly url: string
  readonly time: number
}

/** The service is away or busy for now: the next look may find it. */
const LATER: ReadonlySet<string> = new Set(['RateLimited', 'ServiceUnavailable'])

const awaited = async ({ store }: Home, { challenge: jws, baseUrl }: MonitorRequest): Promise<Awaited> => {
  const { state: made } = await runTask(
    foldStream(store, ACQUISITION_STREAM, {
      definitions: ACQUISITION_EVENTS,
      initial: undefined as Made | undefined,
      evolve: (found, event) =>
        event.type === 'AcquisitionChallenged' && event.data.challenge === jws ? { ...event.data, time: event.time } : found,
    })
  )
  const challenge = claimedChallenge(jws)
  if (made === undefined || challenge === undefined) {
    throw new CoreError(badInput('challenge', 'one that this home made', 'another text'))
  }
  const { server } = orThrow(acquisitionUrl({ url: made.url, baseUrl }))
  return { operation: made.operation, server, challenge, since: made.time }
}

/** A license that came into the vault since, whoever brought it. */
const newlyHeld = async (home: Home, keyId: KeyId | null, since: number): Promise<StoredLicense | undefined> => {
  const licenses = keyId === null ? [] : await runTask(licensesByKey(home)(keyId))
  return licenses.find(({ state: { storedAt } }) => storedAt !== null && storedAt >= since)
}

const pickUp = async (run: AcquisitionRun, { server, challenge }: Awaited, look: number): Promise<PickupReply> => {
  const { context, env, operation, signal } = run
  try {
    return await runTask(
      callLicenseServer(context.home, () => env.client(server), {
        path: PICKUP_PATH,
        idem: `${operation}/pickup/${challenge.id}/${look}`,
        body: (credential): PickupBody => ({ v: 1, challenge: challenge.id, credential }),
        codec: PickupReply,
        signal,
      })
    )
  } catch (error) {
    const fault = error instanceof CoreError ? error.fault : undefined
    const isLater = fault !== undefined && LATER.has(fault.type === 'ServiceRefused' ? fault.reason : fault.type)
    if (!isLater || run.context.isCancelled()) throw error
    return { pending: true }
  }
}

/** @returns whether the wait is over. */
const looked = async (run: AcquisitionRun, wait: Awaited, look: number): Promise<boolean> => {
  const { home } = run.context
  const { keyId } = wait.challenge
  const held = await newlyHeld(home, keyId, wait.since)
  if (held !== undefined) {
    const { issuer, lid } = held
    await endWith(run, newEvent(LicenseAcquired, { operation: run.operation, issuer, lid, keyId: held.keyId }))
    return true
  }
  const reply = await pickUp(run, wait, look)
  if ('license' in reply) {
    await storeAcquired(run, keyId, reply.license)
    return true
  }
  if (run.context.isCancelled()) {
    await endWith(run, newEvent(MonitorCancelled, { operation: run.operation }))
    return true
  }
  if (home.clock.now() <= timestampMicros(wait.challenge.at) + CHALLENGE_LIFE) return false
  await refuse(run, 'SessionExpired')
  return true
}

const watchFor = async (run: AcquisitionRun, wait: Awaited): Promise<void> => {
  const { shortest, longest } = run.env.pace ?? POLL_PACE
  for (let look = 1; !(await looked(run, wait, look)); look++) {
    await run.env.wait(Math.min(longest, shortest * 2 ** (look - 1)), run.signal)
  }
}

/**
 * Waits for the license that a person acquires by a page: looks into the vault and asks the license server, until the license
 * turns up (LI-66). Cold; ends with exactly one event: `LicenseAcquired`, `AcquisitionRefused`, `MonitorCancelled` at
 * unsubscription (LI-64), or `AcquisitionFailed`. A server that is away is asked again. Several may wait at once, and the vault
 * takes a license once.
 *
 * @errors `CoreError`. Before any event: `BadInput` for a challenge that this home did not make. After `AcquisitionFailed`:
 * `ReplyInvalid`, `ReplyTooLarge`, what is wrong with the license, those of keystore and store.
 */
export const monitorAcquisition =
  (env: AcquisitionEnv) =>
  (request: MonitorRequest): Observable<StoredEvent> =>
    runProcess(env, async (context) => {
      const wait = await awaited(context.home, request)
      const start = { context, env, operation: wait.operation, cancelled: MonitorCancelled }
      await runAcquisition(start, (run) => watchFor(run, wait))
    })
