/** The times at which pictures follow one another, whatever their order: slot n is the n-th of the stream. */
export interface SlotTimes {
  set(slot: number, time: number): void
  /** A slot without a time lies evenly between its neighbours, or `step` a slot beyond the last; NaN without any. */
  at(slot: number, step: number): number
  /** As `at`, and stands by the answer: the times of later slots do not fall before it, whatever is set. */
  promise(slot: number, step: number): number
  /** Forgets what no picture from `slot` on can refer to. */
  forget(slot: number): void
}

interface Slot {
  readonly slot: number
  readonly time: number
}

/** Slots that are kept, and looked through for a neighbour: the 16 pictures of a decoder, and those that wait. */
const REACH = 64

const between = (slot: number, before: Slot, after: Slot): number =>
  before.time + ((after.time - before.time) * (slot - before.slot)) / (after.slot - before.slot)

/** Each slot is at least a unit from the next. */
const keepApart = ({ slot, time }: Slot, promised: Slot | undefined): number => {
  if (promised === undefined) return time
  const distance = slot - promised.slot
  return distance > 0 ? Math.max(time, promised.time + distance) : Math.min(time, promised.time + distance)
}

/** Starts without a time. */
export const createSlotTimes = (): SlotTimes => {
  const times = new Map<number, number>()
  let promised: Slot | undefined

  const neighbour = (slot: number, direction: 1 | -1): Slot | undefined => {
    for (let distance = 1; distance <= REACH; distance += 1) {
      const time = times.get(slot + direction * distance)
      if (time !== undefined) return { slot: slot + direction * distance, time }
    }
    return undefined
  }

  const at = (slot: number, step: number): number => {
    const known = times.get(slot)
    if (known !== undefined) return known
    const before = neighbour(slot, -1)
    const after = neighbour(slot, 1)
    if (before !== undefined && after !== undefined) return between(slot, before, after)
    const { slot: from, time } = before ?? after ?? { slot, time: Number.NaN }
    return time + (slot - from) * step
  }

  return {
    set: (slot, time) => void times.set(slot, time),
    at,
    promise: (slot, step) => {
      const time = keepApart({ slot, time: at(slot, step) }, promised)
      if (!times.has(slot) && slot > (promised?.slot ?? -1)) promised = { slot, time }
      return time
    },
    forget: (slot) => {
      for (const key of times.keys()) if (key < slot - REACH) times.delete(key)
    },
  }
}
