import { createPictureStep } from './picture-step'
import { createReorderWindow, MOST_REORDERED } from './reorder-window'
import type { SequenceRanks } from './sequence-ranks'
import { createSequenceRanks } from './sequence-ranks'
import type { VideoTimingBatch } from './video-timing-batch'

/** Where the pictures of a batch stand. */
export interface Placement {
  /** Number of the first picture in the stream, in decode order. */
  readonly first: number
  /** Number of each picture in the stream, in the order of showing. */
  readonly slots: Float64Array
  /** 1 where the picture order counts begin anew. */
  readonly fresh: Uint8Array
}

/** Deepest tree of B pictures in use: what was not seen yet may still come. */
const USUAL_DEPTH = 4

/** Numbers the pictures of a stream in the order in which they are shown. */
export interface OutputOrder {
  place(batch: Pick<VideoTimingBatch, 'count' | 'pictureOrder' | 'sequenceStart'>): Placement
}

/**
 * Starts before the first picture of a stream.
 *
 * @param reorder `max_num_reorder_frames` where the stream states it; else the depth is measured on the way.
 */
export const createOutputOrder = (reorder: number | undefined): OutputOrder => {
  const window = createReorderWindow()
  const step = createPictureStep()
  let next = 0
  let measuredDepth = 0
  let origin = Number.NaN
  let base = 0
  let ranks: SequenceRanks = createSequenceRanks()

  /** Whether the counts begin anew at a picture, which is taken into account. */
  const begins = (pictureOrder: number, stated: boolean): boolean => {
    // A picture without a count is a sequence of its own: nothing before it and after it can be compared.
    const before = stated || Number.isNaN(pictureOrder) || Number.isNaN(origin) ? undefined : window.take(pictureOrder)
    if (before !== undefined) {
      measuredDepth = Math.max(measuredDepth, before)
      step.add(pictureOrder - origin)
      return false
    }
    window.clear()
    origin = pictureOrder
    if (!Number.isNaN(pictureOrder)) window.take(pictureOrder)
    return true
  }

  const depthAfter = (pictures: number): number => {
    if (reorder !== undefined) return reorder
    if (pictures <= MOST_REORDERED) return MOST_REORDERED
    // Counts that are derived from the order of decoding (type 2) go up by one or two: their holes stay empty.
    return measuredDepth === 0 && step.current() === 1 ? 0 : Math.max(measuredDepth, USUAL_DEPTH)
  }

  return {
    place: ({ count, pictureOrder, sequenceStart }) => {
      const first = next
      next += count
      const fresh = Uint8Array.from({ length: count }, (_, index) =>
        begins(pictureOrder[index] ?? Number.NaN, sequenceStart[index] === 1) ? 1 : 0
      )
      const depth = depthAfter(next)
      const slots = new Float64Array(count)
      for (let from = 0; from < count; ) {
        const found = fresh.indexOf(1, from + 1)
        const to = found === -1 ? count : found
        if (fresh[from] === 1) {
          base = first + from
          ranks = createSequenceRanks()
        }
        const open = to === count
        const ranked = ranks.rank(pictureOrder.subarray(from, to), { step: step.current(), depth, open })
        slots.set(ranked.map((rank) => base + rank), from)
        from = to
      }
      return { first, slots, fresh }
    },
  }
}
