import type { KeyObject } from 'node:crypto'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import type { KeyId } from '../identity/key-id'
import type { CounterRange } from '../vault/reserve-counters'
import type { SessionProfile } from './session-profile'

/** The session of one run, for the pipeline alone. */
export interface GrantSession {
  readonly profile: SessionProfile
  /** Names the run: 16 random bytes, hex. */
  readonly run: KeyId
  /** Its secret. For `session-rc4` the vector that sample keys are derived from. */
  readonly secret: KeyObject
  /**
   * The secret as only the receiver opens it: a compact JWE, or for `session-rc4` base64url of RSA-OAEP with SHA-1. Of a session
   * that came in: as it came.
   */
  readonly sealed: string
  /**
   * Sets the next 2^20 salts of the session aside, durably, before any is used (P5). Only who offers a session counts them.
   *
   * @errors `CounterRangeExhausted` past 2^64: salts never wrap (IM-22).
   */
  readonly reserveSalts: () => TaskEither<CoreFault, CounterRange>
}

/** What a session is opened with. */
export interface SessionTerms {
  /** Take `session-rc4` too, which has no integrity; refused unless configured. */
  readonly legacy: boolean
}
