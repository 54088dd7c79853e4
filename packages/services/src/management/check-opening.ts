import type { KeyObject } from 'node:crypto'

import { publicKeyOf } from '@custody/core/certificate'
import { acceptScopeProof, audience, type RequestProof } from '@custody/core/exchange'
import { acceptCredential, IssuedCredential, machineId } from '@custody/core/individualization'
import { OpenRestoreBody } from '@custody/core/restore'
import { signedText, thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import type { IncomingRequest, ManagementEnv } from './management-env'
import { computerRevoked, refused, type Refused } from './refused'

/** This service's name in audiences. */
export const SERVICE = 'management'

/** A computer of this authority that proved to be here now. */
export interface ProvedComputer {
  readonly credential: IssuedCredential
  /** Public keys on P-256. */
  readonly signing: KeyObject
  readonly agreement: KeyObject
}

/** A request for a session as far as it can be judged without the log. */
export interface ProvedOpening extends ProvedComputer {
  readonly body: OpenRestoreBody
  readonly proof: RequestProof
}

type Judged<A> = E.Either<Refused, A>

const UnprovedCredential = signedText(IssuedCredential)

const malformed: Judged<never> = E.left(refused('BadInput', 'the request has another form'))
const unproved = (text: string): Judged<never> => E.left(refused('ProofInvalid', text))

const readForm = ({ body }: IncomingRequest): Judged<OpenRestoreBody> => {
  try {
    const decoded = OpenRestoreBody.decode(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
    return E.isRight(decoded) ? decoded : malformed
  } catch {
    return malformed
  }
}

/** Keys of a credential that is not believed yet: enough to ask whether the request is signed with them. */
export const claimedComputer = (credential: string): Judged<ProvedComputer> => {
  const read = UnprovedCredential.decode(credential)
  if (E.isLeft(read)) return malformed
  const { document } = read.right
  const [signing, agreement] = [publicKeyOf(document.signing), publicKeyOf(document.agreement)]
  return O.isSome(signing) && O.isSome(agreement)
    ? E.right({ credential: document, signing: signing.value, agreement: agreement.value })
    : malformed
}

/** Whether the scope key stands behind this device key, at this service and in this request. */
const checkScope = (
  { authority }: ManagementEnv,
  body: OpenRestoreBody,
  { credential, signing }: ProvedComputer,
  { nonce }: RequestProof
): Judged<void> => {
  const scope = publicKeyOf(body.scope)
  if (O.isNone(scope)) return malformed
  const proof = acceptScopeProof(scope.value, body.scopeProof)
  if (E.isLeft(proof)) return unproved('the scope key is not proved')
  const { aud, nonce: proved, device, epoch } = proof.right
  const fits =
    aud === audience(authority.name, SERVICE) &&
    proved === nonce &&
    device === thumbprint(signing) &&
    epoch === credential.epoch &&
    machineId(scope.value) === credential.mid
  return fits ? E.right(undefined) : unproved('the proof of the scope key is about something else')
}

/** Believes a credential on this authority's word, now. @errors `CertificateInvalid`, `CertificateRevoked`. */
export const checkCredential = (
  { authority, clock, isRevoked }: ManagementEnv,
  credential: string,
  { signing }: ProvedComputer
): Judged<void> => {
  const keyFor = (kid: string) => authority.publicKey('individualization-signing', kid)
  const accepted = acceptCredential({ authority: authority.name, keyFor, now: clock.now() }, credential)
  if (E.isLeft(accepted)) {
    const why = accepted.left.type === 'CredentialInvalid' ? accepted.left.why : accepted.left.type
    return E.left(refused('CertificateInvalid', `the device credential is not believed: ${why}`))
  }
  return isRevoked(thumbprint(signing)) ? E.left(computerRevoked) : E.right(undefined)
}

/**
 * The first checks of a request for a session, in their order: form, nonce and device signature, scope proof, credential.
 *
 * @source docs/reference/protocols.md, section 4.2
 */
export const checkOpening = (env: ManagementEnv, request: IncomingRequest): Judged<ProvedOpening> => {
  const body = readForm(request)
  if (E.isLeft(body)) return body
  const computer = claimedComputer(body.right.credential)
  if (E.isLeft(computer)) return computer
  const proof = request.prove(computer.right.signing)
  if (E.isLeft(proof)) return proof
  const scope = checkScope(env, body.right, computer.right, proof.right)
  if (E.isLeft(scope)) return scope
  const believed = checkCredential(env, body.right.credential, computer.right)
  return E.isLeft(believed) ? believed : E.right({ ...computer.right, body: body.right, proof: proof.right })
}
