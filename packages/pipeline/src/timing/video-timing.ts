import { createFrameGrid } from './frame-grid'
import type { StatedRate } from './frame-grid'
import { createOutputOrder } from './output-order'
import type { Placement } from './output-order'
import { createReorderDelay } from './reorder-delay'
import type { ReorderDelay } from './reorder-delay'
import type { SlotTimes } from './slot-times'
import { createSlotTimes } from './slot-times'
import { wholeUnits } from './time-unit'
import type { MeaningVotes, TimesMeaning } from './times-meaning'
import { createMeaningVotes } from './times-meaning'
import { timesWithoutOrder } from './times-without-order'
import type { VideoTimingBatch } from './video-timing-batch'

/** What is known of a video stream before its first picture. */
export interface VideoTimingOptions extends StatedRate {
  /** `max_num_reorder_frames`, where the stream states it. */
  readonly reorder?: number
}

/** Gives the pictures of one video stream both of their times, batch by batch. */
export interface VideoTiming {
  /** Writes whole units of 100 ns. Batches come in decode order, each once. */
  assign(batch: VideoTimingBatch): void
  /** By how much the file's own times show the first picture later than they decode it; whole units of 100 ns. */
  readonly reorderDelay: () => number
  /** What the file's times were found to be so far; unknown while no picture is shown out of its order. */
  readonly timesAre: () => TimesMeaning
}

/** A batch on its way: the times are on the grid, the pictures are numbered. */
interface Placed extends Placement {
  readonly batch: VideoTimingBatch
  readonly times: Float64Array
  /** Usual length of a picture. */
  readonly step: number
}

interface Memory {
  readonly slotTimes: SlotTimes
  readonly votes: MeaningVotes
  readonly delay: ReorderDelay
  /** The last picture in decode order. */
  previous: { readonly slot: number; readonly fileTime: number; readonly decode: number } | undefined
  /** The last time of showing. */
  highest: number
}

const isUnordered = ({ count, pictureOrder }: VideoTimingBatch): boolean =>
  pictureOrder.subarray(0, count).every(Number.isNaN)

const vote = ({ batch, slots, fresh, step }: Placed, { votes, previous }: Memory): void => {
  let before = previous
  slots.forEach((slot, index) => {
    const fileTime = batch.fileTimes[index] ?? 0
    if (before !== undefined && fresh[index] !== 1) {
      votes.add({ ahead: slot - before.slot, later: fileTime - before.fileTime, step })
    }
    before = { slot, fileTime, decode: 0 }
  })
}

/** The file's times are those of the slots in the order of decoding; a picture is shown at the time of its own slot. */
const fromDecodeTimes = ({ batch, first, slots, fresh, times, step }: Placed, memory: Memory): void => {
  // What wrote decode times for pictures of a variable rate took them from the times of showing, in ascending order,
  // `shift` pictures before. At a fixed rate this is the same as no shift.
  const reorders = memory.votes.current() === 'decode'
  const shift = reorders ? memory.delay.depth() : 0
  const lead = reorders ? memory.delay.time(step) : 0
  times.forEach((time, index) => memory.slotTimes.set(first + index, time))
  let earliest = memory.previous?.decode ?? Number.NEGATIVE_INFINITY
  slots.forEach((slot, index) => {
    earliest = Math.max(earliest, wholeUnits(times[index] ?? 0))
    batch.decode[index] = earliest
    const shown = wholeUnits(memory.slotTimes.promise(slot + shift, step) - lead)
    // A place that was kept for a dropped picture would let a sequence reach into the next.
    const time = fresh[index] === 1 ? Math.max(shown, memory.highest + 1) : shown
    batch.presentation[index] = time
    memory.highest = Math.max(memory.highest, time)
  })
}

/** The file's times are those of the slots in the order of showing; the n-th picture is decoded at the n-th of them. */
const fromPresentationTimes = ({ batch, first, slots, times, step }: Placed, memory: Memory): void => {
  slots.forEach((slot, index) => memory.slotTimes.set(slot, times[index] ?? 0))
  let earliest = memory.previous?.decode ?? Number.NEGATIVE_INFINITY
  times.forEach((time, index) => {
    earliest = Math.max(earliest, wholeUnits(memory.slotTimes.at(first + index, step)))
    batch.decode[index] = earliest
    batch.presentation[index] = wholeUnits(time)
    memory.highest = Math.max(memory.highest, wholeUnits(time))
  })
}

const withoutOrder = ({ batch, first }: Placed, memory: Memory): void => {
  timesWithoutOrder(batch, memory.previous?.decode ?? Number.NEGATIVE_INFINITY)
  for (let index = 0; index < batch.count; index += 1) {
    memory.slotTimes.set(first + index, batch.decode[index] ?? 0)
    memory.highest = Math.max(memory.highest, batch.presentation[index] ?? 0)
  }
}

const writeDurations = ({ batch: { count, decode, duration }, first, step }: Placed, { slotTimes }: Memory): void => {
  for (let index = 0; index + 1 < count; index += 1) {
    duration[index] = (decode[index + 1] ?? 0) - (decode[index] ?? 0)
  }
  const next = wholeUnits(slotTimes.at(first + count, step))
  duration[count - 1] = Math.max(0, next - (decode[count - 1] ?? 0))
}

const assignPlaced = (placed: Placed, memory: Memory): void => {
  const { batch, first, slots, times } = placed
  memory.slotTimes.forget(first)
  vote(placed, memory)
  if (isUnordered(batch)) withoutOrder(placed, memory)
  else if (memory.votes.current() === 'presentation') fromPresentationTimes(placed, memory)
  else {
    memory.delay.observe(placed, times)
    fromDecodeTimes(placed, memory)
  }
  writeDurations(placed, memory)
  const last = batch.count - 1
  memory.previous = { slot: slots[last] ?? 0, fileTime: batch.fileTimes[last] ?? 0, decode: batch.decode[last] ?? 0 }
}

/**
 * Rebuilds what ASF leaves out: it has one time a picture, which is when to decode it or when to show it, depending on
 * the writer. The other one follows from the order in which the pictures are shown, which the codec tells.
 * The first picture is shown when it is decoded, so that a picture may be shown before its decode time.
 * A picture that belongs after one of the next batch is given its time by the length of a picture.
 *
 * @source H.264 C.4.5.3 (output order); the meaning of the file's times is measured, not stated anywhere.
 */
export const createVideoTiming = (options: VideoTimingOptions): VideoTiming => {
  const grid = createFrameGrid(options)
  const order = createOutputOrder(options.reorder)
  const memory: Memory = {
    slotTimes: createSlotTimes(),
    votes: createMeaningVotes(),
    delay: createReorderDelay(options.reorder),
    previous: undefined,
    highest: Number.NEGATIVE_INFINITY,
  }
  const timesAre = (): TimesMeaning => memory.votes.current()

  return {
    assign: (batch) => {
      if (batch.count === 0) return
      const times = grid.snap(batch.fileTimes, batch.count)
      const step = grid.step()
      assignPlaced({ batch, ...order.place(batch), times, step }, memory)
    },
    timesAre,
    reorderDelay: () => (timesAre() === 'decode' ? wholeUnits(memory.delay.time(grid.step())) : 0),
  }
}
