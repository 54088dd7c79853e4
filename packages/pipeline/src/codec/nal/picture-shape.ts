import { readBits, readFlag, type BitReader } from './bit-reader'
import { readUe } from './exp-golomb'

/** `aspect_ratio_idc` that is followed by width and height. */
const EXTENDED_SAR = 255

/**
 * Reads past what video usability information begins with: aspect ratio, overscan, colours, places of chroma samples.
 *
 * @source ITU-T H.264 and H.265, E.1.1 and E.2.1
 */
export const skipPictureShape = (reader: BitReader): void => {
  if (readFlag(reader) && readBits(reader, 8) === EXTENDED_SAR) readBits(reader, 32)
  if (readFlag(reader)) readFlag(reader) // overscan
  if (readFlag(reader)) {
    readBits(reader, 4) // video_format, video_full_range_flag
    if (readFlag(reader)) readBits(reader, 24)
  }
  if (readFlag(reader)) {
    readUe(reader) // chroma_sample_loc_type of both fields
    readUe(reader)
  }
}
