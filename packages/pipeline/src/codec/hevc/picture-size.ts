import { failBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'

/** Sides of a picture in samples of luma. */
export interface PictureSize {
  readonly codedWidth: number
  readonly codedHeight: number
  /** What is shown of them. */
  readonly width: number
  readonly height: number
}

/** What fits in the 16 bits that containers keep for a side. */
const MOST_SAMPLES = 0xffff
const CHROMA_420 = 1
const CHROMA_422 = 2

/**
 * Reads how large pictures are, and which part of them is shown.
 *
 * @source ITU-T H.265, 7.4.3.2.1, `conf_win_left_offset` and Table 6-1
 */
export const readPictureSize = (reader: BitReader, chromaFormat: number): PictureSize => {
  const codedWidth = readUeUpTo(reader, MOST_SAMPLES, 'pic_width_in_luma_samples')
  const codedHeight = readUeUpTo(reader, MOST_SAMPLES, 'pic_height_in_luma_samples')
  const cropped = readFlag(reader)
  const [left = 0, right = 0, top = 0, bottom = 0] = cropped ? Array.from({ length: 4 }, () => readUe(reader)) : []
  const unitX = chromaFormat === CHROMA_420 || chromaFormat === CHROMA_422 ? 2 : 1
  const unitY = chromaFormat === CHROMA_420 ? 2 : 1
  const width = codedWidth - unitX * (left + right)
  const height = codedHeight - unitY * (top + bottom)
  if (width <= 0 || height <= 0) failBits(reader, 'cropping that leaves a picture', `${width} × ${height} samples`)
  return { codedWidth, codedHeight, width, height }
}
