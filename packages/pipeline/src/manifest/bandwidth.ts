import type { PresentationTrack } from './presentation'

const BITS_PER_BYTE = 8
/** Manifests require a rate above 0. */
const LEAST = 1

/** Bits per second of the densest segment, or the stated rate where that is higher. */
export const peakBandwidth = ({ segments, timescale, bitrate }: PresentationTrack): number =>
  segments.reduce(
    (peak, { size, duration }) =>
      duration > 0 ? Math.max(peak, Math.ceil((size * BITS_PER_BYTE * timescale) / duration)) : peak,
    Math.max(LEAST, Math.ceil(bitrate))
  )

/** Bits per second over all segments. */
export const averageBandwidth = ({ segments, timescale, bitrate }: PresentationTrack): number => {
  const bytes = segments.reduce((sum, { size }) => sum + size, 0)
  const duration = segments.reduce((sum, segment) => sum + segment.duration, 0)
  const measured = duration > 0 ? (bytes * BITS_PER_BYTE * timescale) / duration : bitrate
  return Math.max(LEAST, Math.ceil(measured))
}
