import type { BatchInside } from '../../batch/batch-inside'
import type { WrittenSegment } from './written-segment'

/** A track as it was written, for manifests and reports. */
export interface MuxedTrack {
  readonly number: number
  readonly kind: 'video' | 'audio' | 'other'
  /** RFC 6381 codec string; empty where the container needs none. */
  readonly codecs: string
  /** File name within the target; empty where all tracks share one file. */
  readonly file: string
  readonly samples: number
  /** Bytes of samples. */
  readonly bytes: number
  /** Units per second of the times below. */
  readonly timescale: number
  /** Where the decoding of the last sample ends, in `timescale` units from the first presentation; 0 where it is not kept. */
  readonly end: number
  /** Byte range of the initialization segment. */
  readonly init: { readonly offset: number; readonly size: number }
  readonly segments: ReadonlyArray<WrittenSegment>
  readonly video?: { readonly width: number; readonly height: number }
  /** `channelMap`: of AC-3 and Enhanced AC-3, their channels. @source ETSI TS 102 366, E.1.3.1.8 */
  readonly audio?: { readonly channels: number; readonly sampleRate: number; readonly channelMap?: number }
  readonly language?: string
}

/** Writes batches to one container. Rejects with a `PipelineError`. Known only inside the package. */
export interface Muxer {
  /** The only scheme under which it writes samples of a track, one of the `SCHEME_` constants: the file says so of every sample. */
  readonly schemeOf: (track: number) => number
  /** Writes the batch; answers how many bytes of samples, and boxes where it makes them, went out. The lease is pinned. */
  readonly write: (inside: BatchInside) => Promise<number>
  /** Writes what is still to come and completes counts and sizes. */
  readonly finish: () => Promise<ReadonlyArray<MuxedTrack>>
}
