import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'
import { lastValueFrom } from 'rxjs'

import { recordConsent, type ConsentPort } from '../consent/consent'
import { noticeFor } from '../consent/notice'
import { uuidV7 } from '../event/uuid-v7'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { attempted } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { refreshRevocation, type RefreshRevocationEnv } from '../revocation/refresh-revocation'
import type { RevocationKind } from '../revocation/revocation-kind'
import { informationVersion, isListed } from '../revocation/revocation-state'
import { revocationState } from '../revocation/stored-revocation'
import { contentEnablers, type ContentEnablers } from './content-enablers'

/** Keys of the components that some content passes through, and what its license demands. */
export interface RenewalQuestion {
  /** Version of the revocation information that the license states (RV-6); nothing where it states none. */
  readonly needed: string | undefined
  readonly certificates: ReadonlyArray<{ readonly kind: RevocationKind; readonly thumbprint: string }>
}

/** What is to be done about the components. */
export type Renewal =
  /** Nothing is revoked: the content can be tried again. */
  | { readonly type: 'Clear'; readonly version: string | null }
  /** Consented: the application opens these addresses; then the content can be tried again. */
  | { readonly type: 'Open'; readonly revoked: ReadonlyArray<string>; readonly enablers: ContentEnablers }
  /** What is revoked cannot be renewed from here (RV-7). */
  | { readonly type: 'NotRenewable'; readonly revoked: ReadonlyArray<string> }
  /** With what was known to be revoked without asking anybody. */
  | { readonly type: 'Declined'; readonly revoked: ReadonlyArray<string> }

/** What renewals work with. */
export interface RenewalEnv extends RefreshRevocationEnv {
  readonly consent: ConsentPort
}

const isOlder = (version: string | null, needed: string): boolean => version === null || BigInt(version) < BigInt(needed)

/** Refreshes as long as that brings newer data; a service that has none ends it, so the loop is bounded (RV-7). */
const refresh = async (env: RenewalEnv, operation: string, needed: string): Promise<void> => {
  const { home } = env
  for (;;) {
    const version = informationVersion(await runTask(revocationState(home)))
    if (!isOlder(version, needed)) return
    await lastValueFrom(refreshRevocation(env)({ by: 'program', operation }), { defaultValue: undefined })
    const next = informationVersion(await runTask(revocationState(home)))
    if (next === version) throw new CoreError({ type: 'RevocationTooOld', stored: version, least: needed })
  }
}

/** Asks once for all of an operation that leaves the machine, and records the answer. @returns whether it was a yes. */
const agreement = ({ home, client, consent }: RenewalEnv, operation: string): (() => Promise<boolean>) => {
  const ask = async (): Promise<boolean> => {
    const notice = noticeFor('renew', client.place)
    const answer = await consent.ask(notice)
    await runTask(recordConsent(home)(operation, notice, answer))
    return answer.answer === 'given'
  }
  let asked: Promise<boolean> | undefined
  return () => (asked ??= ask())
}

const found = async ({ home }: RenewalEnv, { certificates }: RenewalQuestion) => {
  const state = await runTask(revocationState(home))
  const revoked = certificates.filter(({ kind, thumbprint }) => isListed(state, kind, [thumbprint])).map(({ thumbprint }) => thumbprint)
  return { version: informationVersion(state), revoked }
}

const enablersFor = async (home: Home, revoked: ReadonlyArray<string>): Promise<ContentEnablers | undefined> => {
  const enablers = await contentEnablers(home)(revoked)()
  if (E.isRight(enablers)) return enablers.right.urls.length === 0 ? undefined : enablers.right
  // A home without an installed component has no tables.
  if (enablers.left.type === 'AuthorityUnknown' || enablers.left.type === 'KeystoreMissing') return undefined
  throw new CoreError(enablers.left)
}

const renew = async (env: RenewalEnv, question: RenewalQuestion): Promise<Renewal> => {
  const { home } = env
  const { needed } = question
  const operation = uuidV7(home.clock, home.random)
  const isAgreed = agreement(env, operation)
  const before = await found(env, question)
  if (needed !== undefined && isOlder(before.version, needed)) {
    if (!(await isAgreed())) return { type: 'Declined', revoked: before.revoked }
    await refresh(env, operation, needed)
  }
  const { version, revoked } = await found(env, question)
  if (revoked.length === 0) return { type: 'Clear', version }
  const enablers = await enablersFor(home, revoked)
  if (enablers === undefined) return { type: 'NotRenewable', revoked }
  return (await isAgreed()) ? { type: 'Open', revoked, enablers } : { type: 'Declined', revoked }
}

/**
 * Finds what to do about revoked components: brings the revocation data to the version that a license needs, looks which of
 * the components are listed, and finds what replaces them. Before the first request leaves, and before any address is told,
 * the person has agreed: opening one tells the update service which component was revoked (RV-12). It is asked once, and not
 * where nothing would leave.
 *
 * @errors `RevocationTooOld` when no newer data is to be had (RV-8), those of the store.
 */
export const renewComponents =
  (env: RenewalEnv) =>
  (question: RenewalQuestion): TE.TaskEither<CoreFault, Renewal> =>
    attempted(() => renew(env, question))
