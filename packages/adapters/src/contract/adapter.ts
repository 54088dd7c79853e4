import type { KeyId, SystemId } from '@custody/core/identity'
import type { DashProtection, HlsKey } from '@custody/pipeline/manifest'

/** A scheme of Common Encryption under which samples may leave. */
export type ExportScheme = 'cenc' | 'cens' | 'cbc1' | 'cbcs'

/** What an adapter can do. The kit runs the cases that these name, and only those. */
export interface Capabilities {
  readonly directions: ReadonlyArray<'export' | 'import'>
  /** In order of preference: the first is the default. */
  readonly schemes: ReadonlyArray<ExportScheme>
  readonly containers: ReadonlyArray<'cmaf'>
  readonly signalling: ReadonlyArray<'pssh' | 'dash' | 'hls'>
  /** `generated`: fresh keys are made for each export and kept for the owner. */
  readonly keyDelivery: ReadonlyArray<'generated'>
}

/** Who the system is. */
export interface AdapterDescription {
  /** Name on the command line: lower case with hyphens. */
  readonly name: string
  readonly title: string
  /** The id that inclusion lists of licenses name. */
  readonly systemId: SystemId
  readonly capabilities: Capabilities
}

/** A protected track, as far as signalling needs to know it. Never a key. */
export interface SignalledTrack {
  readonly keyId: KeyId
  readonly scheme: ExportScheme
}

/** What tells a player of the system that it is meant, and which key it needs. */
export interface TrackSignalling {
  /** Whole `pssh` boxes for the initialization segment. */
  readonly pssh: ReadonlyArray<Uint8Array>
  /** `ContentProtection` descriptors of a DASH manifest. */
  readonly dash: ReadonlyArray<DashProtection>
  /** `EXT-X-KEY` lines of a media playlist. */
  readonly hls: ReadonlyArray<HlsKey>
}

/**
 * One third-party rights system. Data and pure functions: an adapter says what to encrypt with and how to say so; it is
 * never handed a clear sample or a source key.
 */
export interface Adapter {
  readonly describe: AdapterDescription
  /** Signalling of one track. */
  readonly signal: (track: SignalledTrack) => TrackSignalling
}
