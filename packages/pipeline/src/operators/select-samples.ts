import { filter } from 'rxjs'

import { openBatch, releaseBatch } from '../batch/batch-inside'
import { keepRows } from '../batch/keep-rows'
import { openCursor, type SampleView } from '../batch/sample-view'
import type { PreservingOperator } from '../lease/operator'
import { preservingStage } from '../lease/preserving-stage'

/**
 * Keeps the samples that it is told to, and wipes the others. A batch in which none is left is released. Selecting: order, bytes
 * and times of those that stay.
 *
 * ```
 * in:    --[a b]--[c]--[d e]--|
 * kept:  ---a------------d-e---
 * out:   --[a]---------[d e]--|
 * ```
 *
 * @param isKept asked once for each sample, in order, with the same view each time, moved on; it is read at once and not kept.
 * @errors what `isKept` throws, which ends the run.
 * @example
 * selectSamples('key-samples', ({ isKey }) => isKey)
 */
export const selectSamples = (name: string, isKept: (sample: SampleView) => boolean): PreservingOperator =>
  preservingStage(name, { holds: 1 }, (source) =>
    source.pipe(
      filter((batch) => {
        const inside = openBatch(batch)
        const { view, moveTo, close } = openCursor(batch)
        try {
          keepRows(inside, (row) => {
            moveTo(row)
            return isKept(view)
          })
        } finally {
          close()
        }
        if (inside.count > 0) return true
        releaseBatch(batch)
        return false
      })
    )
  )
