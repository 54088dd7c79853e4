import { createPublicKey, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { distinct, from, mergeMap, type Observable } from 'rxjs'

import { publicKeyOf } from '../certificate/public-key-jwk'
import type { OwnKey } from '../device/key-pair-file'
import { newEvent } from '../event/define-event'
import type { CoreFault, LicenseFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { streamRevision } from '../home/stream-revision'
import { badInput } from '../identity/bad-input'
import type { IssuerChallenge } from '../license-revocation/issuer-challenge'
import { acceptLicenseRevocation, type LicenseRevocation } from '../license-revocation/license-revocation'
import { acknowledgeRevocation } from '../license-revocation/revocation-acknowledgement'
import { acceptRevocationChallenge, answerIssuerChallenge } from '../license-revocation/revocation-challenge'
import { thumbprint } from '../signed/thumbprint'
import { changeHolding } from './change-holding'
import { changeMany, type ChangeOf } from './change-many'
import { licenseRow, type LicenseName } from './license-name'
import { LicenseRevocationProcessed, licenseRevocationStream } from './license-store-event'
import { matchingLicenses } from './matching-licenses'

/** An issuer's wish to take licenses back, with this computer's answer and what the issuer made of it. */
export interface ProcessRevocation {
  readonly challenge: IssuerChallenge
  /** What {@link createRevocationChallenge} answered. */
  readonly answer: string
  /** The signed message of the issuer. */
  readonly revocation: string
}

/** What a license revocation came to. */
export interface ProcessedRevocation {
  /** Licenses that this message took, now or when it came first. */
  readonly removed: ReadonlyArray<LicenseName>
  /** To be sent to the issuer; signed by this device, also when nothing matched (LI-53). */
  readonly acknowledgement: string
}

const deviceKey = ({ device, keystore }: Home): TE.TaskEither<CoreFault, OwnKey> =>
  pipe(
    device,
    TE.flatMap(({ epoch }): TE.TaskEither<CoreFault, OwnKey> => keystore.signing(epoch))
  )

/**
 * Answers an issuer's challenge: the first step of taking licenses back (LI-50). The answer binds the issuer's key and
 * nonce to this computer.
 *
 * @param request `machine`: the machine's name in the form that the license service expects; application data, no hardware id
 * (LI-52).
 * @returns compact JWS, to be sent to the issuer and kept for {@link processRevocation}.
 * @errors `BadInput` for such a name or key, those of keystore and store.
 */
export const createRevocationChallenge =
  (home: Home) =>
  ({ challenge, machine }: { readonly challenge: IssuerChallenge; readonly machine: string }): TE.TaskEither<CoreFault, string> =>
    pipe(
      deviceKey(home),
      TE.flatMapEither((device): E.Either<CoreFault, string> => answerIssuerChallenge(device.key, challenge, machine))
    )

const foreignAnswer = (): LicenseFault => ({ type: 'LicenseDeletionFailed', why: 'the answer is not to this challenge' })

/** Believes message and answer together: the answer is this device's own, to this very challenge of the issuer. */
const believed = (
  device: OwnKey,
  { challenge, answer, revocation }: ProcessRevocation
): E.Either<CoreFault, { readonly issuer: KeyObject; readonly message: LicenseRevocation }> => {
  const issuer = publicKeyOf(challenge.key)
  if (O.isNone(issuer)) return E.left(badInput('issuer challenge/key', 'a point on the curve', 'another'))
  return pipe(
    acceptRevocationChallenge(createPublicKey(device.key), answer),
    E.filterOrElse(
      ({ key, nonce }) => key === thumbprint(issuer.value) && nonce === challenge.nonce,
      foreignAnswer
    ),
    E.flatMap(() => acceptLicenseRevocation({ issuer: issuer.value, challenge: answer }, revocation)),
    E.bimap(
      (fault): CoreFault => fault,
      (message) => ({ issuer: issuer.value, message })
    )
  )
}

const meant = ({ store }: Home, { criteria }: LicenseRevocation): Observable<LicenseName> =>
  from(criteria).pipe(
    mergeMap((one) => matchingLicenses(store, one), 1),
    distinct(licenseRow)
  )

/** Takes a license whose turn it is; after the message was carried out once, only those that it took then are told. */
const taking =
  ({ store }: Home, { digest }: LicenseRevocation, processed: boolean): ChangeOf<LicenseName> =>
  (name) =>
    pipe(
      changeHolding(store, name, { type: 'RevokeLicense', message: digest }),
      TE.map((change) => {
        const { state, revokedBy } = change.before
        if (revokedBy === digest) return change
        return processed || state.standing === 'revoked' ? undefined : change
      })
    )

const recorded = (
  { store }: Home,
  { digest }: LicenseRevocation,
  issuer: KeyObject,
  removed: number
): TE.TaskEither<CoreFault, unknown> => {
  const event = newEvent(LicenseRevocationProcessed, { message: digest, key: thumbprint(issuer), removed })
  return pipe(
    store.append({ appends: [{ stream: licenseRevocationStream(digest), expectedRevision: 0, events: [event] }] }),
    TE.orElseW((fault) => (fault.type === 'RevisionConflict' ? TE.right(undefined) : TE.left(fault)))
  )
}

/**
 * Carries out an issuer's license revocation: removes the licenses of its key that it names, with their keys, so that they
 * never come in again, and acknowledges that (LI-50, LI-51). Licenses of another key are out of its reach (P-27). Presented
 * again, also after a crash, it ends with the same acknowledgement and takes nothing more.
 *
 * @errors `LicenseMalformed`, `LicenseTooLarge`, `LicenseIssuerUnknown`, `LicenseSignatureInvalid` and `LicenseDeletionFailed`
 * for a message that is not the issuer's answer to this device; nothing changes then, and there is no acknowledgement (LI-53).
 * Those of keystore and store.
 */
export const processRevocation =
  (home: Home) =>
  (request: ProcessRevocation): TE.TaskEither<CoreFault, ProcessedRevocation> =>
    pipe(
      deviceKey(home),
      TE.bindTo('device'),
      TE.bind('believed', ({ device }) => TE.fromEither(believed(device, request))),
      TE.bind('revision', ({ believed: { message } }) => streamRevision(home.store, licenseRevocationStream(message.digest))),
      TE.bind('removed', ({ believed: { message }, revision }) =>
        changeMany(home, meant(home, message), taking(home, message, revision > 0))
      ),
      TE.tap(({ believed: { message, issuer }, removed, revision }) =>
        revision > 0 ? TE.right(undefined) : recorded(home, message, issuer, removed.length)
      ),
      TE.map(({ device, believed: { message }, removed }) => ({
        removed,
        acknowledgement: acknowledgeRevocation(device.key, message, removed),
      }))
    )
