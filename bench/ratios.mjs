/** Runs of several rounds, set against each other. */
import { median } from './tables.mjs'

/** Seconds of processor time of each round. */
export const cpuOf = (runs) => runs.map(({ cpu }) => cpu)

/** The median of what each round gives: what disturbs a round disturbs both sides of it. */
export const paired = (ours, theirs) => median(ours.map((value, round) => value / theirs[round]))

/** Median, lowest and highest. */
export const spread = (values, digits = 3) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`

/** The highest resident memory of all rounds in MiB; undefined where nothing tells it. */
export const peakOf = (runs) => {
  const peaks = runs.map(({ peak }) => peak).filter((peak) => peak !== undefined)
  return peaks.length === 0 ? undefined : Math.max(...peaks)
}
