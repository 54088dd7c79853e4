import type { Placement } from './output-order'
import { MOST_REORDERED } from './reorder-window'

/** By how much a file of decode times shows its first picture later than it decodes it. */
export interface ReorderDelay {
  /** The next batch, and its times in decode order. */
  observe(placement: Placement, times: Float64Array): void
  /** Pictures that are decoded before the first one is shown. */
  depth(): number
  /** The same as a time: from the first picture's to the one's that is decoded when the first is shown. */
  time(step: number): number
}

/**
 * Looks at the first batch, and at the next ones until as many pictures were seen as a decoder may hold.
 *
 * @param reorder `max_num_reorder_frames` where the stream states it; else the depth is measured.
 */
export const createReorderDelay = (reorder: number | undefined): ReorderDelay => {
  const head: number[] = []
  let measured = 0
  const depth = (): number => reorder ?? measured

  return {
    observe: ({ first, slots }, times) => {
      if (first > MOST_REORDERED) return
      slots.forEach((slot, index) => {
        measured = Math.max(measured, Math.min(MOST_REORDERED, first + index - slot))
      })
      head.push(...times.subarray(0, MOST_REORDERED + 1 - first))
    },
    depth,
    time: (step) => {
      const last = Math.min(depth(), head.length - 1)
      return (head[last] ?? 0) - (head[0] ?? 0) + (depth() - Math.max(0, last)) * step
    },
  }
}
