import type { MediaDescription, MediaWarning } from './media-description'
import type { MediaDetails } from './media-details'

/** Counts over the samples of one track. */
export interface TrackCount {
  readonly number: number
  readonly samples: number
  readonly bytes: number
  readonly keyFrames: number
}

/** What walking through a whole file finds; the raw material of `custody inspect`. */
export interface MediaReport {
  readonly description: MediaDescription
  readonly counts: ReadonlyArray<TrackCount>
  /** 100 ns units: the stated duration, or the span of the sample times where none is stated. */
  readonly duration: number
  readonly warnings: ReadonlyArray<MediaWarning>
  /** Where the container says more. */
  readonly details?: MediaDetails
}
