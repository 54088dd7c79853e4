import type { Filling } from './filling'

/**
 * An open sample. The demuxer may still speak of one that was abandoned, so its slot is given to another sample only
 * after the demuxer has closed it.
 */
export interface Slot {
  readonly filling: Filling
  readonly row: number
  readonly track: number
  /** Byte offset in the file where the sample begins. */
  readonly at: number
  /** The container said under which id the sample is protected. */
  identified: boolean
  /** Lengths of the pieces that it came in, where those are the units of its cipher. */
  readonly units: number[] | undefined
  abandoned: boolean
}

/** Open samples by the number that the demuxer knows them by. */
export type Slots = Array<Slot | undefined>

/** Gives the sample the lowest free number. */
export const openSlot = (slots: Slots, slot: Slot): number => {
  const free = slots.indexOf(undefined)
  if (free < 0) return slots.push(slot) - 1
  slots[free] = slot
  return free
}

/** Frees a number; answers whose it was. */
export const closeSlot = (slots: Slots, index: number): Slot | undefined => {
  const slot = slots[index]
  if (slot !== undefined) slots[index] = undefined
  return slot
}

/** The samples that a batch waits for. */
export const eachSlotOf = (slots: Slots, filling: Filling): ReadonlyArray<Slot> =>
  slots.filter((slot): slot is Slot => slot?.filling === filling && !slot.abandoned)
