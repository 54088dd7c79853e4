import { isRandomAccess, isSubLayerNonReference, NAL_CRA, NAL_RADL_N, NAL_RASL_R } from './nal-unit-type'
import type { SliceSegmentHeader } from './slice-header'

/** Counts pictures in output order, one after the other in decoding order. */
export interface HevcPictureOrder {
  /**
   * The picture order count of the picture that begins with this slice segment. Where `beginsSequence` answers true,
   * counts begin anew with it.
   */
  readonly next: (slice: SliceSegmentHeader, orderBits: number) => number
  /**
   * Whether the picture is decoded without those before it (`NoRaslOutputFlag`): IDR and BLA pictures, and a CRA picture
   * that is the first of all or stands behind an end of sequence. To be asked before `next`.
   */
  readonly beginsSequence: (slice: SliceSegmentHeader) => boolean
  /** The next picture begins a sequence. */
  readonly endSequence: () => void
}

/** Begins before the first picture of a stream. @source ITU-T H.265, 8.3.1 and 8.1.3 */
export const createHevcPictureOrder = (): HevcPictureOrder => {
  let atStart = true
  let previous = 0
  const beginsSequence = ({ nalUnitType }: SliceSegmentHeader): boolean =>
    isRandomAccess(nalUnitType) && (atStart || nalUnitType !== NAL_CRA)
  return {
    beginsSequence,
    endSequence: () => {
      atStart = true
    },
    next: (slice, orderBits) => {
      const order = beginsSequence(slice) ? slice.pictureOrderLsb : counted(slice.pictureOrderLsb, previous, orderBits)
      atStart = false
      if (slice.temporalId === 0 && isAnchor(slice.nalUnitType)) previous = order
      return order
    },
  }
}

/** Whether later pictures count from this one, in the lowest sub-layer. */
const isAnchor = (type: number): boolean =>
  !isSubLayerNonReference(type) && !(type >= NAL_RADL_N && type <= NAL_RASL_R)

/** The count with these low bits that is nearest to the one before. */
const counted = (lsb: number, previous: number, bits: number): number => {
  const range = 2 ** bits
  const previousLsb = ((previous % range) + range) % range
  const msb = previous - previousLsb
  if (lsb < previousLsb && previousLsb - lsb >= range / 2) return msb + range + lsb
  if (lsb > previousLsb && lsb - previousLsb > range / 2) return msb - range + lsb
  return msb + lsb
}
