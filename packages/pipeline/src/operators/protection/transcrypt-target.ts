import type { KeyId } from '@custody/core/identity'

import type { TargetProtection } from './target-protection'

/**
 * How the samples of one track leave. Counters are reserved for this run; tracks under one key need ranges that do not meet.
 *
 * `avc`, `hevc`: NAL units behind four-byte lengths, NAL and slice headers clear. `whole`: every byte is the scheme's to
 * protect, the bytes as they come.
 */
export type TranscryptTrack = TargetProtection & {
  readonly keyId: KeyId
  readonly form: 'avc' | 'whole'
}

/** Where each track goes; samples of other tracks are refused. */
export interface TranscryptTarget {
  readonly tracks: ReadonlyMap<number, TranscryptTrack>
}
