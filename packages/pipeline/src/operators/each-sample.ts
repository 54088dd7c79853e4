import { map } from 'rxjs'

import { openBatch } from '../batch/batch-inside'
import { openCursor, type SampleView } from '../batch/sample-view'
import type { PreservingOperator } from '../lease/operator'
import { preservingStage } from '../lease/preserving-stage'

/**
 * Looks at every sample as it passes. Preserving: count, order, bytes and times stay.
 *
 * ```
 * in:     --[a b]--[c]--|
 * looks:  ---a-b----c----
 * out:    --[a b]--[c]--|
 * ```
 *
 * @param look gets the same view each time, moved on; it is read at once and not kept.
 * @errors what `look` throws, which ends the run.
 * @example
 * eachSample('count', () => (count += 1))
 */
export const eachSample = (name: string, look: (sample: SampleView) => void): PreservingOperator =>
  preservingStage(name, { holds: 1 }, (source) =>
    source.pipe(
      map((batch) => {
        const { view, moveTo, close } = openCursor(batch)
        const { count } = openBatch(batch)
        try {
          for (let row = 0; row < count; row += 1) {
            moveTo(row)
            look(view)
          }
        } finally {
          close()
        }
        return batch
      })
    )
  )
