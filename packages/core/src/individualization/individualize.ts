import * as E from 'fp-ts/Either'
import { firstValueFrom, type Observable } from 'rxjs'

import { consentGiven, recordConsent, type ConsentId, type ConsentPort } from '../consent/consent'
import { noticeFor } from '../consent/notice'
import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { uuidV7 } from '../event/uuid-v7'
import type { ServiceClient } from '../exchange/service-client'
import { CoreError } from '../fault/core-error'
import { orThrow, runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import {
  compareVersions,
  isIndividualized,
  satisfiesVersion,
  type RequiredVersion,
  type SecurityVersion,
} from '../identity/security-version'
import { runProcess, type ProcessContext, type ProcessEnv } from '../process/run-process'
import { downloadPackage } from './download-package'
import { finishEpoch } from './finish-epoch'
import { readIndividualization, type OpenIndividualization } from './individualization-decider'
import {
  INDIVIDUALIZATION_STREAM,
  IndividualizationBegun,
  IndividualizationCancelled,
  IndividualizationDeclined,
  IndividualizationFailed,
  IndividualizationInstalling,
  IndividualizationUnneeded,
} from './individualization-event'
import { takeIndividualizationLock } from './individualization-lock'
import { RunCancelled, startRun, type IndividualizationRun } from './individualization-run'
import { installEpoch } from './install-epoch'
import { meetService, newestVersion } from './meet-service'
import { takePackageIn } from './read-package'
import { requestEpoch } from './request-epoch'

/** What individualizations work with. */
export interface IndividualizeEnv extends ProcessEnv {
  /** Of the Individualization Service. */
  readonly client: ServiceClient
  readonly consent: ConsentPort
}

/** Which individualization is wanted. */
export interface Individualize {
  /** Flag 0x4: also where the service has nothing newer (IN-7). */
  readonly forced: boolean
  /** As needed for content that states this version; nothing happens where it is met. */
  readonly ifOlderThan?: RequiredVersion
  /** Id of the operation, which all events carry; made when left out. */
  readonly operation?: string
  /** Answer that is recorded already for this operation; asked for when left out. */
  readonly consent?: ConsentId
}

const STATUS = { failed: 0x04, cancelled: 0x08, installing: 0x20 } as const

/** An answer that is there already, or the one that is asked for now; nothing where the caller gave up meanwhile. */
const consentFor = async (
  { consent: port, client }: IndividualizeEnv,
  { consent }: Individualize,
  operation: string,
  { home, cancelled }: ProcessContext
): Promise<ConsentId | undefined> => {
  if (consent !== undefined) return consent
  const notice = noticeFor('individualize', client.place)
  const answer = await Promise.race([port.ask(notice), firstValueFrom(cancelled)])
  return answer === undefined ? undefined : runTask(recordConsent(home)(operation, notice, answer))
}

/** Begins a run on the ground of a consent; nothing where it was declined. */
const begin = async (
  env: IndividualizeEnv,
  request: Individualize,
  context: ProcessContext
): Promise<OpenIndividualization | undefined> => {
  const { home } = context
  const operation = request.operation ?? uuidV7(home.clock, home.random)
  const { epoch: present, securityVersion: installed } = await runTask(home.device)
  // A home whose keys do not open is to be renewed first; that shows before anybody is asked.
  await runTask(home.keystore.agreement(present))
  const consent = await consentFor(env, request, operation, context)
  if (consent === undefined) return undefined
  const given = await consentGiven(home)(consent, 'individualize')()
  if (E.isLeft(given) && given.left.type !== 'ConsentDeclined') throw new CoreError(given.left)
  const { revision } = await runTask(readIndividualization(home.store))
  const epoch = present + 1
  const event = E.isLeft(given)
    ? newEvent(IndividualizationDeclined, { operation })
    : newEvent(IndividualizationBegun, { operation, consent, forced: request.forced, epoch, installed })
  const own = { stream: INDIVIDUALIZATION_STREAM, expectedRevision: revision, events: [event] }
  await runTask(home.store.append({ appends: [own], correlation: operation }))
  const { state } = await runTask(readIndividualization(home.store))
  return state.open
}

/** Whether the component that is installed is good enough for what is asked (IN-3, IN-7, IN-8). */
const isUnneeded = (installed: SecurityVersion, newest: RequiredVersion, ifOlderThan: RequiredVersion | undefined): boolean =>
  isIndividualized(installed) &&
  (compareVersions(newest, installed) <= 0 || (ifOlderThan !== undefined && satisfiesVersion(installed, ifOlderThan)))

/** The steps up to the commit point. Rejects with `CoreError` or `RunCancelled`; all that came before is in the log. */
const steps = async (run: IndividualizationRun, client: ServiceClient, ifOlderThan: RequiredVersion | undefined): Promise<void> => {
  const { home, operation, epoch } = run
  run.checkCancelled()
  const authority = await meetService(run, client)
  if (!run.forced && run.granted === undefined) {
    const newest = await newestVersion(run, client, authority)
    const { securityVersion: installed } = await runTask(home.device)
    if (isUnneeded(installed, newest, ifOlderThan)) {
      await run.append([newEvent(IndividualizationUnneeded, { operation, installed, newest })])
      return
    }
  }
  const { credential, descriptor } = await requestEpoch(run, client, authority)
  run.checkCancelled()
  const place = await downloadPackage(run, client, descriptor)
  run.checkCancelled()
  const status = run.status({ status: STATUS.installing })
  if (!run.installing) await run.append([newEvent(IndividualizationInstalling, { operation, epoch, status })])
  await takePackageIn(run, authority, place, descriptor.package)
  run.checkCancelled()
  await runTask(home.keystore.next(epoch).keepPackage(place))
  await installEpoch(run, credential)
}

const ended = async (run: IndividualizationRun, error: CoreError | RunCancelled): Promise<void> => {
  const { operation, signal } = run
  if (error instanceof RunCancelled || signal.aborted) {
    await run.append([newEvent(IndividualizationCancelled, { operation, status: run.status({ status: STATUS.cancelled }) })])
    return
  }
  const { fault } = error
  const tag = fault.type === 'ServiceRefused' ? fault.reason : fault.type
  await run.append([newEvent(IndividualizationFailed, { operation, fault: tag, status: run.status({ status: STATUS.failed }) })])
}

/** What is left to do is done at the next run at the latest, so nothing of it takes back what the log says. */
const tidy = async (home: Home): Promise<void> => {
  try {
    await finishEpoch(home)
  } catch (error) {
    if (!(error instanceof CoreError)) throw error
  }
}

const locked = async (env: IndividualizeEnv, request: Individualize, context: ProcessContext): Promise<void> => {
  const { home, cancelled } = context
  await tidy(env.home)
  const abort = new AbortController()
  const listening = cancelled.subscribe(() => abort.abort())
  try {
    const { state } = await runTask(readIndividualization(home.store))
    const open = state.open ?? (await begin(env, request, context))
    if (open === undefined) return
    const { revision } = await runTask(readIndividualization(home.store))
    const run = startRun(home, open, revision, abort.signal)
    try {
      await steps(run, env.client, request.ifOlderThan)
    } catch (error) {
      if (!(error instanceof CoreError || error instanceof RunCancelled)) throw error
      await ended(run, error)
    }
    await tidy(env.home)
  } finally {
    listening.unsubscribe()
  }
}

/**
 * Individualizes a home: asks for consent, has new device keys certified, downloads the package that comes with them, and puts
 * the new epoch in force by one append. Whatever fails before leaves the epoch before in force (IN-31); unsubscribing cancels
 * up to that append, and is too late after it. A run whose process died is gone on with, under the consent that it rests on.
 *
 * Ends with exactly one of `IndividualizationSucceeded`, `Failed`, `Cancelled`, `Unneeded`, `Declined`. The error channel
 * carries `CoreError`: `Individualizing` while another run is alive, before any event (IN-10); `ConsentMissing` for a consent
 * that the log does not hold; faults of keys that do not open, for which `renewHome` is the cure; those of the store.
 *
 * @source docs/reference/protocols.md, section 5
 */
export const individualize =
  (env: IndividualizeEnv) =>
  (request: Individualize): Observable<StoredEvent> =>
    runProcess(env, async (context) => {
      const release = orThrow(takeIndividualizationLock(env.home))
      try {
        await locked(env, request, context)
      } finally {
        release()
      }
    })
