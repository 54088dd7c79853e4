import type { KeyObject } from 'node:crypto'

import { publicKeyOf } from '@custody/core/certificate'
import { acceptScopeProof, audience } from '@custody/core/exchange'
import { acceptCredential, type IndividualizationBody } from '@custody/core/individualization'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import type { Authority } from '../authority/authority'
import { refuse, type BelievedRequest, type Refusal } from '../server/service-route'

const UNAUTHORIZED = 401
const FORBIDDEN = 403

/** The keys of a request, as they stand in its body. */
export interface RequestKeys {
  readonly signing: KeyObject
  readonly agreement: KeyObject
  readonly scope: KeyObject
}

const proofInvalid = (what: string): E.Either<Refusal, never> => E.left(refuse(UNAUTHORIZED, 'ProofInvalid', what))

/** Takes the keys out of a body. @errors `ProofInvalid` for a point that is not on the curve. */
export const keysOf = ({ signing, agreement, scope }: IndividualizationBody): E.Either<Refusal, RequestKeys> => {
  const keys = { signing: publicKeyOf(signing), agreement: publicKeyOf(agreement), scope: publicKeyOf(scope) }
  return O.isSome(keys.signing) && O.isSome(keys.agreement) && O.isSome(keys.scope)
    ? E.right({ signing: keys.signing.value, agreement: keys.agreement.value, scope: keys.scope.value })
    : proofInvalid('A key is no point on P-256.')
}

const checkScope = (
  authority: Authority,
  { body, proof }: BelievedRequest<IndividualizationBody>,
  { scope, signing }: RequestKeys
): E.Either<Refusal, void> => {
  const accepted = acceptScopeProof(scope, body.scopeProof)
  if (E.isLeft(accepted)) return proofInvalid('The proof of the scope key does not hold.')
  const { aud, nonce, device, epoch } = accepted.right
  const fits =
    aud === audience(authority.name, 'individualization') &&
    nonce === proof.nonce &&
    device === thumbprint(signing) &&
    epoch === body.epoch
  return fits ? E.right(undefined) : proofInvalid('The proof of the scope key is about something else.')
}

const checkCredential = (
  authority: Authority,
  { body, mid }: BelievedRequest<IndividualizationBody>
): E.Either<Refusal, void> => {
  if (body.credential === undefined) return E.right(undefined)
  const keyFor = (kid: string) => authority.publicKey('individualization-signing', kid)
  const credential = acceptCredential({ authority: authority.name, keyFor, now: authority.clock.now() }, body.credential)
  if (E.isLeft(credential)) return E.left(refuse(FORBIDDEN, 'CredentialInvalid', 'The present credential does not hold.'))
  return credential.right.mid === mid && credential.right.epoch < body.epoch
    ? E.right(undefined)
    : E.left(refuse(FORBIDDEN, 'CredentialInvalid', 'The present credential is of another computer or a later epoch.'))
}

/**
 * What a request has to show beside its signature: scope key, consent, present credential, in this order.
 *
 * @errors `ProofInvalid`, `ConsentMissing`, `CredentialInvalid`.
 * @source docs/reference/protocols.md, section 5.2
 */
export const checkRequest = (
  authority: Authority,
  request: BelievedRequest<IndividualizationBody>
): E.Either<Refusal, RequestKeys> => {
  const keys = keysOf(request.body)
  if (E.isLeft(keys)) return keys
  const scope = checkScope(authority, request, keys.right)
  if (E.isLeft(scope)) return scope
  // A statement says that consent was given, or it does not decode; what it was given for is told here.
  if (request.body.consent.kind !== 'individualize') {
    return E.left(refuse(FORBIDDEN, 'ConsentMissing', 'The consent is for something else.'))
  }
  const credential = checkCredential(authority, request)
  return E.isLeft(credential) ? credential : keys
}
