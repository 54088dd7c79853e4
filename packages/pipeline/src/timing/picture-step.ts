import { MOST_REORDERED } from './reorder-window'

/** Finds out by how much picture order counts grow from one picture to the next. */
export interface PictureStep {
  /** @param distance of a picture's count from that of the first picture of its sequence. */
  add(distance: number): void
  current(): number
}

/** A frame has two fields and each has a count (H.264 8.2.1), so most streams count frames by two. */
const FRAME_STEP = 2

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** Believes in two until an odd count is seen, or until so many pictures were that a larger step would show. */
export const createPictureStep = (): PictureStep => {
  let divisor = 0
  let seen = 0
  return {
    add: (distance) => {
      divisor = greatestCommonDivisor(Math.abs(distance), divisor)
      seen += 1
    },
    current: () => {
      if (divisor === 0) return FRAME_STEP
      if (divisor % FRAME_STEP !== 0) return 1
      return seen > MOST_REORDERED ? divisor : FRAME_STEP
    },
  }
}
