import { PipelineError } from '../fault/pipeline-error'
import { whenReleased } from './acquire'
import type { PoolState } from './pool-state'

/**
 * Waits for a release; a pipeline that gives nothing back in time is told where its batches are.
 *
 * @errors `Stalled` (rejected in a `PipelineError`) with the leases by who has them.
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

/** Every lease counts once: for the innermost stage that it is in, else for the way between stages, else for its source. */
const heldByStage = ({ out }: PoolState): Readonly<Record<string, number>> => {
  const held = new Map<string, number>()
  for (const { holders, flow } of out) {
    const name = holders.at(-1)?.name ?? flow?.name ?? 'source'
    held.set(name, (held.get(name) ?? 0) + 1)
  }
  return Object.fromEntries(held)
}
