import { wholeUnits } from './time-unit'
import type { VideoTimingBatch } from './video-timing-batch'

/**
 * Keeps the file's times of pictures whose order of showing is unknown. Where they run backward they can only be times
 * of showing, and are decoded in ascending order; no decode time falls before `earliest`.
 */
export const timesWithoutOrder = (batch: VideoTimingBatch, earliest: number): void => {
  const times = batch.fileTimes.slice(0, batch.count).map(wholeUnits)
  batch.presentation.set(times)
  batch.decode.set(times.sort().map((time) => Math.max(time, earliest)))
}
