import * as E from 'fp-ts/Either'

import type { UnsupportedMedia } from '../../fault/pipeline-fault'
import { unsupportedAvc } from './malformed-avc'
import type { PictureOrder } from './picture-order'
import { createSliceHeader, type SliceHeader } from './slice-header'
import type { Sps } from './sps'

/** The one picture of a sample, a frame or two fields, taken together from its slices. */
export interface SamplePicture {
  /** Fields or frames begun so far. */
  pictures: number
  /** Picture order count, of two fields the lower one; NaN as long as there is no slice. */
  order: number
  idr: boolean
  /** Picture order begins anew here: an IDR picture, or a header that resets the order. */
  startsSequence: boolean
  /** Other pictures refer to this one. */
  reference: boolean
  /** The header at hand, and that of the slice before: they change places with each slice. */
  current: SliceHeader
  previous: SliceHeader
}

const DONE = E.right(undefined)

/** No slice yet. */
export const createSamplePicture = (): SamplePicture => ({
  pictures: 0,
  order: Number.NaN,
  idr: false,
  startsSequence: false,
  reference: false,
  current: createSliceHeader(),
  previous: createSliceHeader(),
})

/** Begins the picture of the next sample. */
export const beginPicture = (picture: SamplePicture): void => {
  picture.pictures = 0
  picture.order = Number.NaN
  picture.idr = false
  picture.startsSequence = false
  picture.reference = false
}

/**
 * Takes in the slice whose header is in `picture.current`. Slices that repeat parts of the picture say nothing new.
 *
 * @param at offset of its NAL unit.
 * @errors `UnsupportedMedia` when it begins a picture that is not the other field of the first one.
 * @source ISO/IEC 14496-15, 5.2.2: both fields of a frame are in one sample
 */
export const addSlice = (
  picture: SamplePicture,
  { sps, pictureOrder, at }: { readonly sps: Sps; readonly pictureOrder: PictureOrder; readonly at: number }
): E.Either<UnsupportedMedia, void> => {
  const slice = picture.current
  if (slice.redundantPicture > 0) return DONE
  if (picture.pictures > 0 && isSamePicture(slice, picture.previous)) return keepHeader(picture)
  if (picture.pictures > 0 && !(picture.pictures === 1 && isOtherField(slice, picture.previous))) {
    return unsupportedAvc(at, 'more than one picture in a sample')
  }
  const order = pictureOrder.next(slice, sps)
  const alone = picture.pictures === 0 || slice.resetsOrder
  picture.order = alone ? order : Math.min(picture.order, order)
  picture.idr ||= slice.idr
  picture.startsSequence ||= slice.idr || slice.resetsOrder
  picture.reference ||= slice.nalRefIdc !== 0
  picture.pictures += 1
  return keepHeader(picture)
}

const keepHeader = (picture: SamplePicture): E.Either<never, void> => {
  const { current, previous } = picture
  picture.previous = current
  picture.current = previous
  return DONE
}

/** @source ITU-T H.264, 7.4.1.2.4 */
const isSamePicture = (slice: SliceHeader, before: SliceHeader): boolean =>
  slice.frameNum === before.frameNum &&
  slice.fieldPicture === before.fieldPicture &&
  slice.bottomField === before.bottomField &&
  (slice.nalRefIdc === 0) === (before.nalRefIdc === 0) &&
  slice.idr === before.idr &&
  slice.idrPicId === before.idrPicId &&
  slice.pictureOrderLsb === before.pictureOrderLsb &&
  slice.deltaPictureOrderBottom === before.deltaPictureOrderBottom &&
  slice.deltaPictureOrder0 === before.deltaPictureOrder0 &&
  slice.deltaPictureOrder1 === before.deltaPictureOrder1

/** A field that resets the order counts as frame number 0 for the field after it. */
const isOtherField = (slice: SliceHeader, before: SliceHeader): boolean =>
  slice.fieldPicture &&
  before.fieldPicture &&
  slice.bottomField !== before.bottomField &&
  !(slice.idr && !before.idr) &&
  slice.frameNum === (before.resetsOrder ? 0 : before.frameNum)
