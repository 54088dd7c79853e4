/** The codec of a track with its configuration. */
export type SampleEntry =
  /** H.264, samples length-prefixed. `avcC`: the configuration record, without its box header. */
  | { readonly type: 'avc1'; readonly avcC: Uint8Array }
  /** AAC, samples without ADTS. `bitrate` in bits per second, 0 when unknown. */
  | { readonly type: 'mp4a'; readonly audioSpecificConfig: Uint8Array; readonly bitrate: number }
  /** MP3, one frame a sample. `bitrate` as above. */
  | { readonly type: 'mp3'; readonly bitrate: number }
