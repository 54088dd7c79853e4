// region: operator
import type { Batch, State } from '@custody/pipeline/batch'
import { selectSamples, type PreservingOperator } from '@custody/pipeline/operators'
import { defer, type Observable } from 'rxjs'

/** Seconds on the timeline of the file. */
export interface Part {
  readonly from: number
  readonly to: number
}

const UNITS_PER_SECOND = 10_000_000

/**
 * Keeps a part of a film: each track from its first key sample in the part on, to the end of the part. Times stay.
 *
 * in:   --k--p--p--k--p--k--p--|      k: key samples, p: pictures between
 * out:  -----------k--p--k-----|
 */
export const trim =
  ({ from, to }: Part): PreservingOperator =>
  <S extends State>(source: Observable<Batch<S>>) =>
    // What an operator remembers belongs to one run.
    defer(() => {
      const begun = new Set<number>()
      const inPart = selectSamples('trim', ({ track, time, isKey }) => {
        if (time < from * UNITS_PER_SECOND || time >= to * UNITS_PER_SECOND) return false
        if (isKey) begun.add(track)
        return begun.has(track)
      })
      return inPart(source)
    })
// endregion: operator
