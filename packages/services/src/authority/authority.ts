import type { KeyObject } from 'node:crypto'

import type { ServiceKeyUse, TrustDocument } from '@custody/core/authority'
import type { Clock } from '@custody/core/clock'
import type { CoreFault } from '@custody/core/fault'
import type { HomeStore } from '@custody/core/home'
import type { IssuerId } from '@custody/core/identity'
import type { Random } from '@custody/core/random'
import type { Secret } from '@custody/core/secret'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { AuthorityPolicy } from './authority-policy'
import type { PublishedRevocation } from './published'

/** A private key with the name that messages give it. */
export interface ServiceSigner {
  readonly kid: string
  readonly key: KeyObject
}

/** The present trust document. */
export interface AuthorityTrust {
  readonly document: TrustDocument
  /** Compact JWS of the same. */
  readonly jws: string
  /** Certificate of the license server's key, by the root. */
  readonly issuer: string
}

/** One operator's keys and log: what all of its services work with. */
export interface Authority {
  readonly directory: string
  /** Thumbprint of the root. */
  readonly name: IssuerId
  /** Public key on P-256. */
  readonly root: KeyObject
  /** Signs trust documents, revocation data and certificates, and nothing else. */
  readonly rootKey: KeyObject
  /** As of the last {@link Authority.refresh}, or the last change by this process. */
  readonly trust: () => AuthorityTrust
  readonly revocation: () => PublishedRevocation
  readonly policy: () => AuthorityPolicy
  /** The newest key of a use. */
  readonly key: (use: ServiceKeyUse) => ServiceSigner
  /** A key that vault keys were sealed to, the newest or an old one; nothing for a name that is not ours. */
  readonly sealingKey: (kid: string) => KeyObject | undefined
  /** Public key of a use by its name, old ones included: for what this authority signed itself. */
  readonly publicKey: (use: ServiceKeyUse, kid: string) => KeyObject | undefined
  /** Authenticates nonces; the same for all instances. 32 bytes. */
  readonly nonceKey: Secret
  /** Under which the services seal what they keep for themselves; the same for all instances. 32 bytes. */
  readonly stateKey: Secret
  readonly store: HomeStore
  readonly clock: Clock
  readonly random: Random
  /** Reads what other processes published since. @errors those of the store and of the keystore. */
  readonly refresh: TaskEither<CoreFault, void>
  /**
   * Vouches for the log outside of it, as far as it grew and a place for anchors was given; to be called before `close`.
   *
   * @errors `LogTruncated`, `LogBroken` for a log that is not the one that was anchored before; those of the store.
   */
  readonly anchor: TaskEither<CoreFault, unknown>
  /** Wipes the secrets and closes the log. */
  readonly close: () => void
}
