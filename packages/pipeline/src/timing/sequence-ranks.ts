/** What decides which missing picture order counts may still arrive. */
export interface Expectations {
  /** From one picture order count to the next. */
  readonly step: number
  /** Earlier pictures that a picture may be shown before. */
  readonly depth: number
  /** The sequence goes on in the next batch. */
  readonly open: boolean
}

/** Numbers the pictures of one coded video sequence in the order in which they are shown. */
export interface SequenceRanks {
  /** Pictures of the sequence that follow those given before; their ranks, from 0, in the same order. */
  rank(pictureOrder: Float64Array, expectations: Expectations): Float64Array
}

interface Place {
  readonly pictureOrder: number
  /** False while the place is kept for a picture that has not arrived. */
  readonly taken: boolean
}

/** Places that are kept from batch to batch: those of the pictures that a decoder may hold, and of some that wait. */
const KEPT = 64

/** A hole of more pictures than this is a jump of the counts: as many B pictures in a row are not coded. */
const LARGEST_HOLE = 32

const merge = (places: ReadonlyArray<Place>, pictureOrder: Float64Array): Place[] => {
  const arrived = new Set(pictureOrder)
  const waiting = places.filter((place) => place.taken || !arrived.has(place.pictureOrder))
  const taken = Array.from(arrived, (count) => ({ pictureOrder: count, taken: true }))
  return [...waiting, ...taken].sort((a, b) => a.pictureOrder - b.pictureOrder)
}

const hole = (from: number, to: number, step: number): Place[] => {
  const missing = Math.ceil((to - from) / step) - 1
  if (missing <= 0 || missing > LARGEST_HOLE) return []
  return Array.from({ length: missing }, (_, index) => ({ pictureOrder: from + (index + 1) * step, taken: false }))
}

/**
 * Keeps places for pictures that may still arrive: a picture that comes later is shown before `depth` of the earlier
 * ones at most, so that a hole below more of them is that of a dropped picture.
 */
const keepHoles = (places: ReadonlyArray<Place>, { step, depth }: Expectations): Place[] => {
  const backward: Place[] = []
  let above = 0
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const place = places[index]
    const below = places[index - 1]
    if (place === undefined) continue
    backward.push(place)
    if (place.taken) above += 1
    if (below !== undefined && above <= depth) {
      backward.push(...hole(below.pictureOrder, place.pictureOrder, step).reverse())
    }
  }
  return backward.reverse()
}

/** Starts with the first picture of a sequence. */
export const createSequenceRanks = (): SequenceRanks => {
  let places: ReadonlyArray<Place> = []
  let forgotten = 0
  return {
    rank: (pictureOrder, expectations) => {
      const merged = merge(places, pictureOrder)
      const filled = expectations.open ? keepHoles(merged, expectations) : merged
      const ranks = new Map(filled.map((place, index) => [place.pictureOrder, forgotten + index]))
      const surplus = Math.max(0, filled.length - KEPT)
      places = filled.slice(surplus)
      forgotten += surplus
      return pictureOrder.map((count) => ranks.get(count) ?? 0)
    },
  }
}
