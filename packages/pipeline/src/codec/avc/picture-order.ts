import type { SliceHeader } from './slice-header'
import type { PictureOrderRule, Sps } from './sps'

/** Counts pictures in output order, one after the other in decoding order. */
export interface PictureOrder {
  /**
   * The picture order count of the picture or field that begins with this slice; of a frame, that of its earlier field.
   * Counts begin anew with an IDR picture, and with one whose header resets the order: for that one the answer is
   * what it counts as from then on.
   */
  readonly next: (slice: SliceHeader, sps: Sps) => number
}

/** What later pictures need of earlier ones. */
interface OrderState {
  previousMsb: number
  previousLsb: number
  previousFrameNum: number
  previousOffset: number
  /** The counts of both fields of the picture at hand; of a field, both are its own. */
  top: number
  bottom: number
}

/** Begins before the first picture of a stream. @source ITU-T H.264, 8.2.1 */
export const createPictureOrder = (): PictureOrder => {
  const state: OrderState = {
    previousMsb: 0,
    previousLsb: 0,
    previousFrameNum: 0,
    previousOffset: 0,
    top: 0,
    bottom: 0,
  }
  return {
    next: (slice, sps) => {
      const rule = sps.pictureOrder
      if (rule.type === 0) byLowBits(state, slice, rule.lsbBits)
      else byFrameNumber(state, slice, { rule, frameNumBits: sps.frameNumBits })
      const order = Math.min(state.top, state.bottom)
      if (!slice.resetsOrder) return order
      // 8.2.1: after decoding, the picture is counted as if the order had begun with it.
      state.previousMsb = 0
      state.previousLsb = slice.bottomField ? 0 : state.top - order
      state.previousOffset = 0
      state.previousFrameNum = 0
      return 0
    },
  }
}

/** @source ITU-T H.264, 8.2.1.1 */
const byLowBits = (state: OrderState, slice: SliceHeader, lsbBits: number): void => {
  const range = 2 ** lsbBits
  const previousMsb = slice.idr ? 0 : state.previousMsb
  const previousLsb = slice.idr ? 0 : state.previousLsb
  const lsb = slice.pictureOrderLsb
  let msb = previousMsb
  if (lsb < previousLsb && previousLsb - lsb >= range / 2) msb += range
  else if (lsb > previousLsb && lsb - previousLsb > range / 2) msb -= range
  state.top = msb + lsb
  state.bottom = slice.fieldPicture ? state.top : state.top + slice.deltaPictureOrderBottom
  if (slice.nalRefIdc === 0) return
  state.previousMsb = msb
  state.previousLsb = lsb
}

interface FrameNumberRule {
  readonly rule: Exclude<PictureOrderRule, { readonly type: 0 }>
  readonly frameNumBits: number
}

/** @source ITU-T H.264, 8.2.1.2 and 8.2.1.3 */
const byFrameNumber = (state: OrderState, slice: SliceHeader, { rule, frameNumBits }: FrameNumberRule): void => {
  const wrapped = state.previousFrameNum > slice.frameNum ? 2 ** frameNumBits : 0
  const offset = slice.idr ? 0 : state.previousOffset + wrapped
  state.previousFrameNum = slice.frameNum
  state.previousOffset = offset
  if (rule.type === 2) {
    const count = 2 * (offset + slice.frameNum) - (slice.nalRefIdc === 0 ? 1 : 0)
    state.top = slice.idr ? 0 : count
    state.bottom = state.top
    return
  }
  const expected = expectedOrder(slice, rule, offset)
  const ofBottom = slice.bottomField ? rule.offsetTopToBottom : 0
  state.top = expected + ofBottom + slice.deltaPictureOrder0
  state.bottom = slice.fieldPicture ? state.top : state.top + rule.offsetTopToBottom + slice.deltaPictureOrder1
}

const expectedOrder = (
  slice: SliceHeader,
  rule: Extract<PictureOrderRule, { readonly type: 1 }>,
  frameNumOffset: number
): number => {
  const length = rule.offsetsInCycle.length
  const unreferenced = slice.nalRefIdc === 0
  let number = length === 0 ? 0 : frameNumOffset + slice.frameNum
  if (unreferenced && number > 0) number -= 1
  let expected = unreferenced ? rule.offsetForNonReference : 0
  if (number === 0) return expected
  const cycles = Math.floor((number - 1) / length)
  const within = (number - 1) % length
  rule.offsetsInCycle.forEach((step, index) => {
    expected += step * (cycles + (index <= within ? 1 : 0))
  })
  return expected
}
