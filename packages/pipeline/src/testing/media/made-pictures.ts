import type { TrackDescription } from '../../media/media-description'
import { bitText, bytesOfBits, escaped, stopped } from './bit-text'
import { joined, type MadeSample, type MadeUnit } from './made-media'
import type { DrawnBytes } from './drawn-bytes'

/** The shape of a stream of H.264 pictures. */
export interface PictureShape {
  /** Pictures from one that can be decoded alone to the next. */
  readonly group: number
  /** Every other picture is shown before the one that is decoded in front of it. */
  readonly reordered: boolean
  readonly cabac: boolean
  /** Bytes of slice data, in turn; a picture takes as many as it has slices. */
  readonly sliceBytes: ReadonlyArray<number>
  readonly slices: number
  /** Parameter sets stand in the samples, as in ASF; else only in the record. */
  readonly setsInBand: boolean
}

const PROFILE_MAIN = 77
const LEVEL = 40
const FRAME_NUM_BITS = 4
const ORDER_BITS = 8
const COLUMNS = 4
const ROWS = 4
/** 100 ns units: 25 pictures a second. */
const STEP = 400_000
const [P, B, I] = [5, 6, 7] as const

/** Sequence parameter set. @source ITU-T H.264, 7.3.2.1.1 */
const sequenceSet = (): Uint8Array => {
  const w = bitText()
  w.u(8, 0x67)
  w.u(8, PROFILE_MAIN)
  w.u(8, 0)
  w.u(8, LEVEL)
  w.ue(0)
  w.ue(FRAME_NUM_BITS - 4)
  w.ue(0)
  w.ue(ORDER_BITS - 4)
  w.ue(4)
  w.u(1, 0)
  w.ue(COLUMNS - 1)
  w.ue(ROWS - 1)
  // Frames only, direct_8x8_inference_flag, no cropping, no usability information.
  w.u(4, 0b1100)
  return escaped(stopped(w.text())).bytes
}

/** Picture parameter set. @source ITU-T H.264, 7.3.2.2 */
const pictureSet = ({ cabac }: PictureShape): Uint8Array => {
  const w = bitText()
  w.u(8, 0x68)
  w.ue(0)
  w.ue(0)
  w.u(1, cabac ? 1 : 0)
  w.u(1, 0)
  w.ue(0)
  w.ue(0)
  w.ue(0)
  w.u(3, 0)
  for (let offset = 0; offset < 3; offset += 1) w.se(0)
  w.u(3, 0)
  return escaped(stopped(w.text())).bytes
}

/** `AVCDecoderConfigurationRecord`. @source ISO/IEC 14496-15, 5.3.3.1.2 */
export const pictureRecord = (shape: PictureShape): Uint8Array => {
  const [sps, pps] = [sequenceSet(), pictureSet(shape)]
  const counted = ({ length }: Uint8Array): Uint8Array => Uint8Array.of(length >> 8, length & 0xff)
  return joined([Uint8Array.of(1, PROFILE_MAIN, 0, LEVEL, 0xff, 0xe1), counted(sps), sps, Uint8Array.of(1), counted(pps), pps])
}

interface Picture {
  readonly idr: boolean
  readonly type: number
  readonly reference: boolean
  readonly frame: number
  /** Place in the order of showing, from the last picture that can be decoded alone. */
  readonly shown: number
  readonly idrId: number
}

/** Slice header and data. @source ITU-T H.264, 7.3.3 */
const slice = (picture: Picture, { cabac }: PictureShape, first: number, data: Uint8Array): MadeUnit => {
  const w = bitText()
  w.u(8, picture.idr ? 0x65 : picture.reference ? 0x41 : 0x01)
  w.ue(first)
  w.ue(picture.type)
  w.ue(0)
  w.u(FRAME_NUM_BITS, picture.frame % (1 << FRAME_NUM_BITS))
  if (picture.idr) w.ue(picture.idrId)
  w.u(ORDER_BITS, (2 * picture.shown) % (1 << ORDER_BITS))
  if (picture.type === B) w.u(1, 1)
  // Counts of references as the set has them; lists as they are.
  if (picture.type !== I) w.u(2, 0)
  if (picture.type === B) w.u(1, 0)
  if (picture.idr) w.u(2, 0)
  else if (picture.reference) w.u(1, 0)
  if (cabac && picture.type !== I) w.ue(0)
  w.se(0)
  const head = bytesOfBits(w.text(), cabac ? '1' : '0')
  // What stands behind the header is told from it at a whole byte; no emulation prevention lies between them.
  const { bytes, mark } = escaped(joined([head, data]), head.length)
  return { bytes, role: 'slice', header: mark }
}

const sliceData = (bytes: Uint8Array): Uint8Array => {
  const data = bytes.slice()
  data[0] = (data[0] ?? 0) | 0x80
  // A unit ends with a stop bit, never with zeros.
  data[data.length - 1] = (data[data.length - 1] ?? 0) | 1
  return data
}

const DELIMITER: MadeUnit = { bytes: Uint8Array.of(0x09, 0xf0), role: 'delimiter', header: 2 }

const information = (bytes: DrawnBytes): MadeUnit => {
  const payload = Uint8Array.from(bytes.take(18), (byte) => byte | 0x10)
  const unit = joined([Uint8Array.of(0x06, 0x05, payload.length), payload, Uint8Array.of(0x80)])
  return { bytes: unit, role: 'information', header: unit.length }
}

const asSet = (bytes: Uint8Array): MadeUnit => ({ bytes, role: 'set', header: bytes.length })

/** In decode order: the place of showing of each picture of a group. */
const showingOrder = (count: number, reordered: boolean): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => {
    if (!reordered || index === 0) return index
    const isLast = index === count - 1 && index % 2 === 1
    return isLast ? index : index % 2 === 1 ? index + 1 : index - 1
  })

/** Pictures of a track, in decode order. */
export const madePictures = (track: number, count: number, shape: PictureShape, bytes: DrawnBytes): ReadonlyArray<MadeSample> => {
  let size = 0
  return Array.from({ length: count }, (_, index) => {
    const [start, within] = [index - (index % shape.group), index % shape.group]
    const order = showingOrder(Math.min(shape.group, count - start), shape.reordered)
    const shown = order[within] ?? within
    const isB = shape.reordered && within > 0 && shown < within
    const idr = within === 0
    const type = idr ? I : isB ? B : P
    const picture = { idr, type, reference: !isB, frame: within - Math.floor(within / 2), shown, idrId: (start / shape.group) % 2 }
    const slices = Array.from({ length: shape.slices }, (_each, number) => {
      const wanted = shape.sliceBytes[size % shape.sliceBytes.length] ?? 1
      size += 1
      return slice(picture, shape, number, sliceData(bytes.take(wanted)))
    })
    const sets = idr && shape.setsInBand ? [asSet(sequenceSet()), asSet(pictureSet(shape))] : []
    const extra = bytes.below(4) === 0 ? [information(bytes)] : []
    return {
      track,
      time: (start + shown) * STEP,
      decodeTime: index * STEP,
      duration: STEP,
      key: idr,
      content: [...(bytes.below(2) === 0 ? [DELIMITER] : []), ...sets, ...extra, ...slices],
    }
  })
}

/** How the track of such pictures is described. */
export const pictureTrack = (number: number, shape: PictureShape): TrackDescription => ({
  number,
  kind: 'video',
  codec: 'h264',
  codecPrivate: pictureRecord(shape),
  averageFrameTime: STEP,
  video: { width: 16 * COLUMNS, height: 16 * ROWS },
  encrypted: false,
  bitrate: 0,
})
