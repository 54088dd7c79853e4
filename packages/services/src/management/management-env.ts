import type { KeyObject } from 'node:crypto'

import type { ServiceKeyUse, TrustDocument } from '@custody/core/authority'
import type { Clock } from '@custody/core/clock'
import type { RequestProof } from '@custody/core/exchange'
import type { CoreFault } from '@custody/core/fault'
import type { IssuerId } from '@custody/core/identity'
import type { Random } from '@custody/core/random'
import type { Secret } from '@custody/core/secret'
import type { EventStore, StreamAppend } from '@custody/core/store'
import type { Either } from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Refused } from './refused'

/** What this service has of its authority. */
export interface ManagementAuthority {
  /** Thumbprint of the root. */
  readonly name: IssuerId
  /** Public key on P-256. */
  readonly root: KeyObject
  /** The newest trust document. */
  readonly trust: () => { readonly document: TrustDocument }
  /** The private key of a use; that which signs for this service is the one that the trust document's certificate is about. */
  readonly key: (use: ServiceKeyUse) => { readonly kid: string; readonly key: KeyObject }
  /** A private key that vault keys were sealed to, by its name, the newest or an old one. */
  readonly sealingKey: (kid: string) => KeyObject | undefined
  /** A public key by its name, old ones included. */
  readonly publicKey: (use: ServiceKeyUse, kid: string) => KeyObject | undefined
  /** 32 bytes, the same for all instances: under it the service seals what it keeps. */
  readonly stateKey: Secret
}

/** Recognises a copied or rolled-back computer. @source docs/reference/protocols.md, section 4.6 */
export interface ContinuityPort {
  /** Whether the token that a request shows continues the computer's history, and at which revision of that. */
  readonly check: (
    mid: string,
    token: string | undefined,
    idem: string,
    unanswered?: ReadonlyArray<string>
  ) => TaskEither<CoreFault, { readonly type: 'Continues'; readonly revision: number } | { readonly type: 'DeviceCloned' }>
  /** The next token, and what the append that answers the request adds to keep it. */
  readonly next: (
    mid: string,
    idem: string,
    revision: number,
    shown: string | null
  ) => { readonly token: string; readonly append: StreamAppend }
  /** The token for the repeat of a request that was answered with one before. */
  readonly again: (mid: string, token: string | undefined, answered: string) => TaskEither<CoreFault, string>
}

/** What the functions of this service work with. */
export interface ManagementEnv {
  /** Opened with `MANAGEMENT_PROJECTIONS`; shared by all instances. */
  readonly store: EventStore
  readonly clock: Clock
  readonly random: Random
  readonly authority: ManagementAuthority
  readonly continuity: ContinuityPort
  /** Whether a key is on a list of the authority, by its thumbprint. */
  readonly isRevoked: (thumbprint: string) => boolean
  /** Sessions that one computer may ask for on one UTC day. */
  readonly sessionsADay?: number
}

/** A request as it came in, its body whole. */
export interface IncomingRequest {
  readonly body: Uint8Array
  /**
   * Judges the request's proof: that its nonce is fresh, that this key signed it, and that it is about this request to this
   * service.
   *
   * @errors `NonceRequired`, `ProofInvalid`.
   */
  readonly prove: (signing: KeyObject) => Either<Refused, RequestProof>
}
