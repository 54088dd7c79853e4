/** What a track carries. */
export type TrackKind = 'video' | 'audio' | 'command' | 'image' | 'file' | 'binary' | 'other'

/** The shape of sound. */
export interface AudioFormat {
  readonly channels: number
  /** Hertz. */
  readonly sampleRate: number
  /** Bytes that a decoder takes at a time, where the container says it: Windows Media Audio cannot be decoded without it. */
  readonly blockAlign?: number
  /** Where the container says it. */
  readonly bitsPerSample?: number
}

/** How the bytes of one track are to be read. The same for every container. */
export interface TrackDescription {
  /** ASF stream number (1 to 127) or MP4 track id. */
  readonly number: number
  readonly kind: TrackKind
  /**
   * Lower-case name: `h264`, `hevc`, `aac`, `mp3`, `ac3`, `eac3`, `opus`, `flac`, `wmav1`, `wmav2`, `wmapro`, `wmalossless`,
   * `wmavoice`, `wmv1`, `wmv2`, `wmv3`, `vc1`, else the FOURCC or `tag 0x…`.
   */
  readonly codec: string
  /** Codec private data as the container holds it; empty where there is none. */
  readonly codecPrivate: Uint8Array
  readonly video?: { readonly width: number; readonly height: number }
  readonly audio?: AudioFormat
  /** The container marks the samples of this track as protected. */
  readonly encrypted: boolean
  /** Bits per second, 0 when unknown. */
  readonly bitrate: number
  /** 100 ns units from one picture to the next, 0 when unknown. */
  readonly averageFrameTime: number
  /** RFC 1766 tag where the container names one. */
  readonly language?: string
}

/** One protection header of a container, opaque: what stands in it belongs to a rights system. */
export interface ProtectionHeader {
  /**
   * ASF: `content-encryption`, `extended-content-encryption`, `advanced-content-encryption`,
   * `protection-system-identifier`; MP4: `pssh`, `tenc`, `schm`.
   */
  readonly kind: string
  /** System id in text order, 32 lower-case hex digits, where the header names a system. */
  readonly systemId?: string
  /** Byte offset of the header in the file. */
  readonly at: number
  /** The body after the object or box header. */
  readonly data: Uint8Array
}

/** What stands in front of the samples of a file. */
export interface MediaDescription {
  readonly container: 'asf' | 'mp4'
  /** 100 ns units; undefined when the file does not say (broadcast). */
  readonly duration: number | undefined
  readonly title?: string
  readonly tracks: ReadonlyArray<TrackDescription>
  readonly protection: ReadonlyArray<ProtectionHeader>
}

/** Something odd that reading could go past. */
export interface MediaWarning {
  /** Byte offset in the file. */
  readonly offset: number
  readonly what: string
}
