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
      reject(new PipelineError({ type: 'Stalled', held: heldByStage(pool) }))
    }, pool.stallAfter)
  })
  try {
    await Promise.race([whenReleased(pool), stalled])
  } finally {
    clearTimeout(timer)
  }
}

/** Two stages of one name count together. */
const heldByStage = ({ stages }: PoolState): Readonly<Record<string, number>> => {
  const held = new Map<string, number>()
  for (const book of stages) held.set(book.name, (held.get(book.name) ?? 0) + liveLeases(book))
  return Object.fromEntries(held)
}
