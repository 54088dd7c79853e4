/** The codec of a track with its configuration, each as the body of the box that holds it unless said otherwise. */
export type SampleEntry = EntryConfiguration & {
  /** Bits per second, 0 or left out when unknown. */
  readonly bitrate?: number
}

type EntryConfiguration =
  /** H.264, samples length-prefixed; `avc3` where parameter sets may be in samples too. */
  | { readonly type: 'avc1' | 'avc3'; readonly avcC: Uint8Array }
  /** H.265, samples length-prefixed; `hev1` where parameter sets may be in samples too. */
  | { readonly type: 'hvc1' | 'hev1'; readonly hvcC: Uint8Array }
  /** VC-1, advanced profile. */
  | { readonly type: 'vc-1'; readonly dvc1: Uint8Array }
  /** AAC, samples without ADTS. */
  | { readonly type: 'mp4a'; readonly audioSpecificConfig: Uint8Array }
  /** MP3, one frame a sample. */
  | { readonly type: 'mp3' }
  /** AC-3, one frame a sample. */
  | { readonly type: 'ac-3'; readonly dac3: Uint8Array }
  /** Enhanced AC-3. */
  | { readonly type: 'ec-3'; readonly dec3: Uint8Array }
  | { readonly type: 'Opus'; readonly dOps: Uint8Array }
  /** FLAC, one frame a sample; the body with its version and flags. */
  | { readonly type: 'fLaC'; readonly dfLa: Uint8Array }
  /** Windows Media Audio; a WAVEFORMATEX, little-endian. */
  | { readonly type: 'wma '; readonly wfex: Uint8Array }
