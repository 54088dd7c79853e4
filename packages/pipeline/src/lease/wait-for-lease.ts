import { PipelineError } from '../fault/pipeline-error'
import { whenReleased } from './acquire'
import type { PoolState } from './pool-state'
import { liveLeases } from './stage-book'

/**
 * Waits for a release; a pipeline that gives nothing back in time is told where its batches are.
 *
 * @errors `Stalled` (rejected in a `PipelineError`) with the batches that each stage holds.
 */
export const waitForLease = async (pool: PoolState): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const held = Object.fromEntries([...pool.stages].map((book) => [book.name, liveLeases(book)]))
      reject(new PipelineError({ type: 'Stalled', held }))
    }, pool.stallAfter)
  })
  try {
    await Promise.race([whenReleased(pool), stalled])
  } finally {
    clearTimeout(timer)
  }
}
