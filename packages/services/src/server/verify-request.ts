import {
  acceptProof,
  audience,
  bodyDigest,
  requestDigest,
  RequestProof,
  type ServiceName,
} from '@custody/core/exchange'
import type { CoreFault } from '@custody/core/fault'
import { unprovedPayload } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Authority } from '../authority/authority'
import { isFresh } from './nonce'
import { refuse, type AnySignedRoute, type OpenedRequest, type PathValues, type Refusal, type Signer } from './service-route'

/** A request as it came in. */
export interface IncomingRequest {
  readonly method: string
  /** Path with query, as it was sent. */
  readonly path: string
  readonly values: PathValues
  /** Value of the header that carries the proof. */
  readonly proof: string | undefined
  readonly body: Uint8Array
  /** Value of any other header by its name in lower case. */
  readonly header: (name: string) => string | undefined
}

/** A request that can be refused by a signed reply: it has the form of one, which names it. */
export interface FormedRequest {
  /** The digest by which a reply names it. */
  readonly request: string
  /** Not believed. */
  readonly claimed: RequestProof
  readonly opened: OpenedRequest
}

/** A request that was believed. */
export interface VerifiedRequest {
  readonly proof: RequestProof
  readonly signer: Signer
}

const UNAUTHORIZED = 401

const parsed = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** The first check: the proof's form and the body's. */
export const formOf = (route: AnySignedRoute, { proof, body, values, header }: IncomingRequest): FormedRequest | undefined => {
  const claimed = proof === undefined ? undefined : unprovedPayload(RequestProof, proof)
  if (proof === undefined || claimed === undefined) return undefined
  const opened = route.open({ bytes: body, json: () => parsed(body), header }, values)
  return opened && { request: requestDigest(proof), claimed, opened }
}

/** Whether a proof is about this request. */
const fits = (
  authority: Authority,
  service: ServiceName,
  { aud, method, path, bodySha256 }: RequestProof,
  request: IncomingRequest
): boolean =>
  aud === audience(authority.name, service) &&
  method === request.method &&
  path === request.path &&
  bodySha256 === bodyDigest(request.body)

const proofInvalid = refuse(UNAUTHORIZED, 'ProofInvalid', 'The proof of the request does not hold.')

/**
 * The other checks, in the order of the protocol: nonce; audience, method, path and body; signature of the device.
 *
 * @errors `NonceRequired` and `ProofInvalid` as refusals, those of finding the signer.
 * @source docs/reference/protocols.md, section 4.1
 */
export const verifyRequest =
  (
    authority: Authority,
    { service }: AnySignedRoute,
    request: IncomingRequest,
    { claimed, opened }: FormedRequest
  ): TaskEither<CoreFault | Refusal, VerifiedRequest> =>
  async () => {
    if (!isFresh(authority, claimed.nonce)) {
      return E.left(refuse(UNAUTHORIZED, 'NonceRequired', 'The nonce is missing or old; the reply carries a new one.'))
    }
    if (!fits(authority, service, claimed, request)) return E.left(proofInvalid)
    const signer = await opened.signer()
    if (E.isLeft(signer)) return signer
    const proof = acceptProof(signer.right.key, request.proof ?? '')
    return E.isLeft(proof) ? E.left(proofInvalid) : E.right({ proof: proof.right, signer: signer.right })
  }
