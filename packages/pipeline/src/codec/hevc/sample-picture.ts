import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { malformedHevc, unsupportedHevc } from './malformed-hevc'
import { isRandomAccess, isSubLayerNonReference } from './nal-unit-type'
import type { HevcPictureOrder } from './picture-order'
import type { SliceSegmentHeader } from './slice-header'
import type { HevcSps } from './sps'

/** The one picture of a sample, taken together from its slice segments. */
export interface HevcPicture {
  /** NaN as long as there is no slice. */
  order: number
  /** The picture has an IRAP type: decoding can begin here. */
  idr: boolean
  /** Picture order begins anew here. */
  startsSequence: boolean
  /** Other pictures may refer to this one. */
  reference: boolean
  nalUnitType: number
  pictureOrderLsb: number
}

/** No slice yet. */
export const createHevcPicture = (): HevcPicture => ({
  order: Number.NaN,
  idr: false,
  startsSequence: false,
  reference: false,
  nalUnitType: 0,
  pictureOrderLsb: 0,
})

/** Begins the picture of the next sample. */
export const beginHevcPicture = (picture: HevcPicture): void => {
  picture.order = Number.NaN
  picture.idr = false
  picture.startsSequence = false
  picture.reference = false
}

const DONE = E.right(undefined)

/**
 * Takes in a slice segment.
 *
 * @param at offset of its NAL unit.
 * @errors `UnsupportedMedia` when it is of another picture; `MalformedMedia` when it depends on none before it.
 * @source ISO/IEC 14496-15, 8.3.2: an access unit is a sample; ITU-T H.265, 7.4.2.4.5
 */
export const addSegment = (
  picture: HevcPicture,
  slice: SliceSegmentHeader,
  { sps, pictureOrder, at }: { readonly sps: HevcSps; readonly pictureOrder: HevcPictureOrder; readonly at: number }
): E.Either<MalformedMedia | UnsupportedMedia, void> => {
  const begun = !Number.isNaN(picture.order)
  if (begun) return isSamePicture(picture, slice) ? DONE : unsupportedHevc(at, 'more than one picture in a sample')
  if (slice.dependent) return malformedHevc(at, 'a slice segment that depends on no other', 'a dependent one')
  picture.startsSequence = pictureOrder.beginsSequence(slice)
  picture.order = pictureOrder.next(slice, sps.orderBits)
  picture.idr = isRandomAccess(slice.nalUnitType)
  // Of a lower sub-layer, pictures of the sub-layers above may refer to it.
  picture.reference = !isSubLayerNonReference(slice.nalUnitType) || slice.temporalId + 1 < sps.maxSubLayers
  picture.nalUnitType = slice.nalUnitType
  picture.pictureOrderLsb = slice.pictureOrderLsb
  return DONE
}

const isSamePicture = (picture: HevcPicture, slice: SliceSegmentHeader): boolean =>
  !slice.firstInPicture &&
  slice.nalUnitType === picture.nalUnitType &&
  (slice.dependent || slice.pictureOrderLsb === picture.pictureOrderLsb)
