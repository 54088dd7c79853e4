/** Which bytes of a sample are protected: runs of clear and protected bytes in turn, as `senc` has them. */
export interface SampleRanges {
  readonly clear: ArrayLike<number>
  readonly protected: ArrayLike<number>
  /** Of the first run in both. */
  readonly first: number
  /** Number of runs. */
  readonly count: number
}

/** The ranges of samples that are protected as a whole. */
export const wholeSample = (size: number): SampleRanges => ({ clear: [0], protected: [size], first: 0, count: 1 })

/** Bytes of all runs. */
export const sizeOfRanges = (ranges: SampleRanges): number => {
  let size = 0
  for (let run = ranges.first; run < ranges.first + ranges.count; run += 1) {
    size += (ranges.clear[run] ?? 0) + (ranges.protected[run] ?? 0)
  }
  return size
}
