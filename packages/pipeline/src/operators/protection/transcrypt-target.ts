import type { KeyId } from '@custody/core/identity'

import type { TrackDescription } from '../../media/media-description'
import type { TargetProtection } from './target-protection'

/**
 * The form in which samples leave.
 *
 * `avc`, `hevc`: NAL units behind four-byte lengths, NAL and slice headers clear. `whole`: every byte is the scheme's to
 * protect, the bytes as they come.
 */
export type SampleForm = 'avc' | 'hevc' | 'whole'

/** The form that samples of a track have in MP4. */
export const mp4Form = ({ codec }: Pick<TrackDescription, 'codec'>): SampleForm =>
  codec === 'h264' ? 'avc' : codec === 'hevc' ? 'hevc' : 'whole'

/** How the samples of one track leave. Counters are reserved for this run; tracks under one key need ranges that do not meet. */
export type TranscryptTrack = TargetProtection & {
  readonly keyId: KeyId
  readonly form: SampleForm
}

/** Where each track goes; samples of other tracks are refused. */
export interface TranscryptTarget {
  readonly tracks: ReadonlyMap<number, TranscryptTrack>
}
