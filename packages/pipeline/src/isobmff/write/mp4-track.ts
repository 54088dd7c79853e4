import type { AudioFormat } from '../../media/media-description'
import type { SampleEntry } from './sample-entry'

/** The schemes of Common Encryption. @source ISO/IEC 23001-7, 4.2 */
export type ProtectionScheme = 'cenc' | 'cens' | 'cbc1' | 'cbcs'

/** How the samples of a track are protected, as `sinf` tells a player. */
export interface TrackProtection {
  readonly scheme: ProtectionScheme
  /** 32 lower-case hex digits, text order. */
  readonly keyId: string
  /** Bytes of the IV that comes with each sample; 0 when `constantIv` serves all. */
  readonly ivSize: 0 | 8 | 16
  /** 8 or 16 bytes; needed exactly when `ivSize` is 0. */
  readonly constantIv?: Uint8Array
  /** 16-byte blocks that are encrypted and left alone in turn, 0 to 15 each. */
  readonly pattern?: { readonly crypt: number; readonly skip: number }
}

/** What the header of a one-track file says. */
export interface Mp4Track {
  /** 1 or more. */
  readonly trackId: number
  readonly kind: 'video' | 'audio'
  /** Units per second of all times of the track. */
  readonly timescale: number
  readonly sampleEntry: SampleEntry
  /** Pixels; needed for video. */
  readonly video?: { readonly width: number; readonly height: number }
  /** Needed for audio. */
  readonly audio?: AudioFormat
  /** RFC 5646 (or older RFC 1766) tag. */
  readonly language?: string
  /** `mediaTime`: timescale units of the track that are trimmed at its start. */
  readonly edit?: { readonly mediaTime: number }
  readonly protection?: TrackProtection
  /** Whole `pssh` boxes, written in this order. */
  readonly pssh: ReadonlyArray<Uint8Array>
}
