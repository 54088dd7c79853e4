import type { KeyId } from '@custody/core/identity'

import type { CounterRange } from './counter-range'

/** How the samples of one track leave. */
export interface TranscryptTrack {
  /** Common Encryption, AES-CTR with 8-byte IVs. */
  readonly scheme: 'cenc'
  readonly keyId: KeyId
  /** Reserved for this run; tracks under one key need ranges that do not meet. */
  readonly counters: CounterRange
  /**
   * `avc`: NAL units behind four-byte lengths, NAL and slice headers clear. `whole`: every byte protected, the bytes as
   * they come.
   */
  readonly form: 'avc' | 'whole'
}

/** Where each track goes; samples of other tracks are refused. */
export interface TranscryptTarget {
  readonly tracks: ReadonlyMap<number, TranscryptTrack>
}
