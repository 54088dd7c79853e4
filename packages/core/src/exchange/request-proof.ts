import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'
import { EncodedDigest, ShortText } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import type { SignedFault } from '../signed/signed-fault'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'

/** Header of a request that carries its proof. */
export const REQUEST_HEADER = 'custody-request'
/** Header of every reply that carries the nonce for the next request. */
export const NONCE_HEADER = 'custody-nonce'
/** The JWS `typ` of proofs. */
export const REQUEST_TYP = 'custody-request+1'
/** The JWS `typ` of the proof that a scope key stands behind a device key. */
export const SCOPE_PROOF_TYP = 'custody-scope+1'

const MAX_PROOF = 8 * 1024

/** What a device signs of each request. @source docs/reference/protocols.md, section 4.1 */
export const RequestProof = exactly(
  t.type(
    {
      v: t.literal(1),
      /** `<authority>/<service>`: a request to one service is none to another. */
      aud: ShortText,
      method: t.union([t.literal('GET'), t.literal('POST')]),
      path: ShortText,
      /** From the service's last reply. */
      nonce: t.string,
      /** The same for every try of one request, so that it is carried out once. */
      idem: ShortText,
      at: Timestamp,
      /** SHA-256 of the body, base64url. */
      bodySha256: EncodedDigest,
    },
    'proof of a request'
  )
)
export type RequestProof = Readonly<t.TypeOf<typeof RequestProof>>

/** What an audience is called: the authority's name and the service's. */
export const audience = (authority: string, service: string): string => `${authority}/${service}`

/** Digest of a request's body as its proof states it. */
export const bodyDigest = (body: Uint8Array): string => b64u(sha256(body))

/** Signs a proof with the device's signing key. */
export const proveRequest = (signing: KeyObject, proof: RequestProof): string =>
  signDocument(signing, { typ: REQUEST_TYP, kid: thumbprint(signing) }, proof)

/** The digest by which a reply names the request that it answers: SHA-256 of the proof's whole text, base64url. */
export const requestDigest = (proof: string): string => b64u(sha256(utf8(proof)))

/** Believes a proof on the word of the key that it must be signed with. Whether it fits the request is the caller's to see. */
export const acceptProof = (key: KeyObject, jws: string): E.Either<SignedFault, RequestProof> => {
  const kid = thumbprint(key)
  const keyFor = (name: string) => (name === kid ? key : undefined)
  const verified = verifyDocument({ typ: REQUEST_TYP, codec: RequestProof, keyFor, limit: MAX_PROOF }, jws)
  return E.isLeft(verified) ? verified : E.right(verified.right.payload)
}

/** That the holder of a scope key stands behind a device key, now. @source docs/reference/protocols.md, section 4.2 */
export const ScopeProof = exactly(
  t.type(
    {
      v: t.literal(1),
      aud: ShortText,
      nonce: t.string,
      /** Thumbprint of the device's signing key. */
      device: EncodedDigest,
      epoch: t.number,
    },
    'proof of a scope key'
  )
)
export type ScopeProof = Readonly<t.TypeOf<typeof ScopeProof>>

/** Signs a scope proof. */
export const proveScope = (scope: KeyObject, proof: ScopeProof): string =>
  signDocument(scope, { typ: SCOPE_PROOF_TYP, kid: thumbprint(scope) }, proof)

/** Believes a scope proof on the word of the scope key. */
export const acceptScopeProof = (scope: KeyObject, jws: string): E.Either<SignedFault, ScopeProof> => {
  const kid = thumbprint(scope)
  const keyFor = (name: string) => (name === kid ? scope : undefined)
  const verified = verifyDocument({ typ: SCOPE_PROOF_TYP, codec: ScopeProof, keyFor, limit: MAX_PROOF }, jws)
  return E.isLeft(verified) ? verified : E.right(verified.right.payload)
}
