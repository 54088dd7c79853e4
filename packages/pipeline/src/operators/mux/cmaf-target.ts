import type { BatchInside } from '../../batch/batch-inside'
import type { ByteSink } from '../../io/byte-sink'
import type { TrackProtection } from '../../isobmff/write/mp4-track'

/** One fragmented MP4 file per track. */
export interface CmafTarget {
  readonly container: 'cmaf'
  /** By the number of the track in the source; samples of other tracks are refused. */
  readonly tracks: ReadonlyMap<number, CmafTrackTarget>
}

/** Where one track goes, and what its header says of the protection that lies on its samples. */
export interface CmafTrackTarget {
  /** File name for reports. */
  readonly file: string
  readonly sink: ByteSink
  readonly protection: TrackProtection
  /** Whole `pssh` boxes. */
  readonly pssh: ReadonlyArray<Uint8Array>
}

/** What a track is opened with: the first batch that holds samples of it. */
export interface FirstSamples {
  readonly inside: BatchInside
  readonly rows: ReadonlyArray<number>
}
