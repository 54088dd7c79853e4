import type { PresentationTrack } from './presentation'
import { leastSteadyRate, meanRate, peakSegmentRate } from './segment-rates'

/** Manifests require a rate above 0. */
const LEAST = 1
/** Below what a sum of rounded seconds can miss. */
const ROUNDING = 1e-6

const stated = (rate: number): number => Math.max(LEAST, Math.ceil(rate - ROUNDING))

/** `BANDWIDTH` of one track, or its stated rate where that is higher. @param target seconds, the target duration. */
export const hlsBandwidth = (track: PresentationTrack, target: number): number =>
  stated(Math.max(track.bitrate, peakSegmentRate(track, target)))

/** `AVERAGE-BANDWIDTH` of one track: bits per second over all segments. @source RFC 8216, 4.3.4.2 */
export const hlsAverageBandwidth = (track: PresentationTrack): number => {
  const mean = meanRate(track)
  return stated(mean > 0 ? mean : track.bitrate)
}

/** `@bandwidth` of one track, or its stated rate where that is higher. @param buffer seconds, `@minBufferTime`. */
export const dashBandwidth = (track: PresentationTrack, buffer: number): number =>
  stated(Math.max(track.bitrate, leastSteadyRate(track, buffer)))
