import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import { identity } from 'fp-ts/function'

import { keepContinuity, showContinuity } from '../authority/continuity'
import type { HomeAuthority } from '../authority/home-authority'
import { publicJwk, publicKeyOf } from '../certificate/public-key-jwk'
import { consentGiven } from '../consent/consent'
import { diversifierHeader, openDiversifier } from '../device/diversifier'
import type { OwnKey } from '../device/key-pair-file'
import type { EpochPairs } from '../device/next-epoch'
import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'
import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import { newEvent } from '../event/define-event'
import { audience, proveScope } from '../exchange/request-proof'
import type { ServiceClient } from '../exchange/service-client'
import { CoreError } from '../fault/core-error'
import { runTask } from '../fault/run-task'
import { isIndividualized } from '../identity/security-version'
import { wipeSecret } from '../secret/secret'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'
import { takeServiceTime } from '../vault/take-service-time'
import { IndividualizationGranted } from './individualization-event'
import {
  INDIVIDUALIZATION_PATH,
  IndividualizationReply,
  PACKAGE_TYP,
  PackageDescriptor,
  type IndividualizationBody,
} from './individualization-messages'
import type { IndividualizationRun } from './individualization-run'
import { acceptCredential, type IssuedCredential } from './issued-credential'
import { machineId } from './machine-identity'
import { individualizationKeys } from './meet-service'
import { presentCredential } from './present-credential'

const SERVICE = 'individualization'
const MAX_DESCRIPTOR = 128 * 1024

/** What the service gave for the new epoch, believed. */
export interface GrantedIndividualization {
  readonly credential: IssuedCredential
  readonly descriptor: PackageDescriptor
}

const credentialInvalid = (why: string): CoreError => new CoreError({ type: 'CredentialInvalid', why })

/** Whether a credential is about exactly these keys of this computer. */
const fits = (run: IndividualizationRun, { signing, agreement }: EpochPairs, scope: OwnKey, credential: IssuedCredential): boolean =>
  credential.epoch === run.epoch &&
  credential.mid === machineId(scope.key) &&
  isIndividualized(credential.securityVersion) &&
  ([
    [credential.signing, signing],
    [credential.agreement, agreement],
  ] as const).every(([jwk, { kid }]) => {
    const key = publicKeyOf(jwk)
    return O.isSome(key) && thumbprint(key.value) === kid
  })

/** Believes what the log or the service says of a grant. Throws `CoreError`. */
const believed = (
  run: IndividualizationRun,
  authority: HomeAuthority,
  pairs: EpochPairs,
  scope: OwnKey,
  given: { readonly credential: string; readonly package: string }
): GrantedIndividualization => {
  const keyFor = individualizationKeys(run, authority)
  const credential = acceptCredential({ authority: authority.authority, keyFor, now: run.home.clock.now() }, given.credential)
  if (E.isLeft(credential)) throw new CoreError(credential.left)
  if (!fits(run, pairs, scope, credential.right)) throw credentialInvalid('of other keys, another epoch or another computer')
  const expected = { typ: PACKAGE_TYP, codec: PackageDescriptor, keyFor, limit: MAX_DESCRIPTOR }
  const descriptor = verifyDocument(expected, given.package)
  if (E.isLeft(descriptor)) throw new CoreError({ type: 'PackageDescriptorInvalid', why: descriptor.left.type })
  const { bytes, leaf, leaves, path } = descriptor.right.payload
  if (leaves.length !== Math.ceil(bytes / leaf)) throw new CoreError({ type: 'PackageDescriptorInvalid', why: 'leaves and bytes' })
  if (!path.startsWith('/')) throw new CoreError({ type: 'PackageDescriptorInvalid', why: 'path' })
  return { credential: credential.right, descriptor: descriptor.right.payload }
}

/** The same keys under the same operation are one request to the service, however often it is sent. */
const idempotencyOf = ({ operation }: IndividualizationRun, { signing }: EpochPairs): string =>
  b64u(sha256(tuple('custody/individualize/1', utf8(operation), utf8(signing.kid))))

const bodyFor = async (
  run: IndividualizationRun,
  { authority }: HomeAuthority,
  pairs: EpochPairs,
  scope: OwnKey
): Promise<(nonce: string) => Uint8Array> => {
  const { home, epoch, forced } = run
  const statement = await runTask(consentGiven(home)(run.consent, 'individualize'))
  const credential = await presentCredential(home)()
  const continuity = await runTask(showContinuity(home.store, idempotencyOf(run, pairs)))
  const fixed = {
    v: 1,
    epoch,
    signing: publicJwk(pairs.signing.key),
    agreement: publicJwk(pairs.agreement.key),
    scope: publicJwk(scope.key),
    consent: statement,
    forced,
    // That of an identity which was erased would tie this one to it (R22).
    ...(E.isRight(credential) && credential.right.credential.mid === machineId(scope.key) && { credential: credential.right.jws }),
    ...continuity,
  } as const
  return (nonce) => {
    const proof = { v: 1, aud: audience(authority, SERVICE), nonce, device: pairs.signing.kid, epoch } as const
    const body: IndividualizationBody = { ...fixed, scopeProof: proveScope(scope.key, proof) }
    return utf8(JSON.stringify(body))
  }
}

/**
 * Asks the service for a credential and a package for new keys; where the log has the answer already, nothing is asked.
 * Rejects with `CoreError`.
 */
export const requestEpoch = async (
  run: IndividualizationRun,
  client: ServiceClient,
  authority: HomeAuthority
): Promise<GrantedIndividualization> => {
  const { home, epoch, granted, signal } = run
  const next = home.keystore.next(epoch)
  const pairs = await runTask(next.pairs)
  const scope = await runTask(home.keystore.scope(authority.authority))
  const kept = granted && E.tryCatch(() => believed(run, authority, pairs, scope, granted), identity)
  // Keys that a run before left may be gone, or the time of its credential over; then it is asked for anew.
  if (kept !== undefined && E.isRight(kept)) return kept.right
  const answer = await client.call({
    service: SERVICE,
    authority: authority.authority,
    signing: pairs.signing.key,
    path: INDIVIDUALIZATION_PATH,
    body: await bodyFor(run, authority, pairs, scope),
    idem: idempotencyOf(run, pairs),
    keyFor: individualizationKeys(run, authority),
    codec: IndividualizationReply,
    signal,
  })()
  run.checkCancelled()
  if (E.isLeft(answer)) throw new CoreError(answer.left)
  run.roundTrip()
  await runTask(takeServiceTime(home)(answer.right))
  const { credential, diversifier, package: descriptor, continuity } = answer.right.body
  const grant = believed(run, authority, pairs, scope, { credential, package: descriptor })
  const opened = await openDiversifier(pairs.agreement.key, diversifierHeader(grant.credential.mid, epoch), diversifier)()
  if (E.isLeft(opened)) throw credentialInvalid('the diversifier does not open')
  wipeSecret(opened.right)
  await runTask(next.keep({ credential, diversifier }))
  await run.append(
    [newEvent(IndividualizationGranted, { operation: run.operation, epoch, credential, package: descriptor })],
    [keepContinuity(continuity)]
  )
  return grant
}
