import type { XmlElement } from './xml-element'

/** One system's descriptor in an MPD. */
export interface DashProtection {
  /** As in `urn:uuid:` and a system ID. */
  readonly schemeIdUri: string
  readonly value?: string
  /** The system's own elements, written as they are. */
  readonly xml: ReadonlyArray<XmlElement>
}

/** An attribute of an HLS tag, in the order in which it is to stand. */
export interface HlsAttribute {
  readonly name: string
  readonly value: string
  /** Quoted strings may hold commas and spaces; the other kinds may not. */
  readonly quoted: boolean
}

/** One system's key in a media playlist. */
export interface HlsKey {
  /** `METHOD`, which is the one of the scheme, `URI`, and what else the system needs. */
  readonly attributes: ReadonlyArray<HlsAttribute>
}

/** How a track is protected, as manifests tell it. */
export interface PresentationProtection {
  readonly scheme: 'cenc' | 'cens' | 'cbc1' | 'cbcs'
  /** 32 lower-case hex digits, text order. */
  readonly keyId: string
  readonly dash: ReadonlyArray<DashProtection>
  readonly hls: ReadonlyArray<HlsKey>
}

/** Where bytes stand in a file. */
export interface ByteRange {
  readonly offset: number
  readonly size: number
}

/** A run of samples that a player fetches at once; it begins with a sync sample. */
export interface PresentationSegment extends ByteRange {
  /** Timescale units. */
  readonly start: number
  /** Timescale units, above 0. */
  readonly duration: number
}

/** A fraction of two whole numbers above 0. */
export interface Ratio {
  readonly numerator: number
  readonly denominator: number
}

/** The picture of a track. */
export interface PresentationVideo {
  readonly width: number
  readonly height: number
  /** Pictures a second, where it is the same throughout. */
  readonly frameRate?: Ratio
  /** Width of a sample to its height, where it is known. */
  readonly sampleAspect?: Ratio
}

/** The sound of a track. */
export interface PresentationAudio {
  readonly channels: number
  /** Hertz. */
  readonly sampleRate: number
  /** AC-3 and Enhanced AC-3: their channels as the 16 bits of a `chanmap`. @source ETSI TS 102 366, E.1.3.1.8 */
  readonly channelMap?: number
}

/** One file with one track. */
export interface PresentationTrack {
  /** Path of the file from where the manifest will be, parts joined by `/`; not yet percent-encoded. */
  readonly file: string
  readonly kind: 'video' | 'audio'
  /** As in `video/mp4`. */
  readonly mime: string
  /** As in `avc1.64001f`. */
  readonly codecs: string
  /** Bits per second on average, 0 when unknown; manifests state the highest of it and of each segment. */
  readonly bitrate: number
  /** RFC 5646 tag; what is none is left out of manifests. */
  readonly language?: string
  readonly timescale: number
  readonly video?: PresentationVideo
  readonly audio?: PresentationAudio
  /** Where `ftyp` and `moov` stand. */
  readonly init: ByteRange
  /** In order of time. */
  readonly segments: ReadonlyArray<PresentationSegment>
  readonly protection?: PresentationProtection
}

/** What an export wrote, as its manifests list it. */
export interface Presentation {
  /** Seconds. */
  readonly duration: number
  /** Of the whole, any text. */
  readonly title?: string
  readonly tracks: ReadonlyArray<PresentationTrack>
}
