import { concatMap, type Observable } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, releaseBatch } from '../../batch/batch-inside'
import type { Content } from '../../batch/state'
import { pinLease, unpinLease } from '../../lease/release'

/** A sink that takes each batch as slowly as a disk, and keeps nothing of it. */
export const collectingSink =
  (turns: number) =>
  (source: Observable<Batch<Content>>): Observable<{ readonly type: 'Taken'; readonly samples: number }> =>
    source.pipe(
      concatMap(async (batch) => {
        const { pool, lease, count } = openBatchIn(batch, 'content')
        pinLease(lease)
        try {
          for (let turn = 0; turn <= turns; turn += 1) await new Promise(setImmediate)
          return { type: 'Taken' as const, samples: count }
        } finally {
          unpinLease(pool, lease)
          releaseBatch(batch)
        }
      })
    )
