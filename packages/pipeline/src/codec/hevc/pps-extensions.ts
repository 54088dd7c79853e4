import { readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe, readUeUpTo } from '../nal/exp-golomb'

/** What the extensions say that slice headers need. */
export interface PpsExtensions {
  /** Coding units may choose from a list of offsets of chroma, where the slice allows it. */
  readonly chromaQpOffsetList: boolean
  /** Slices say offsets for the adaptive colour transform. */
  readonly colourTransformOffsets: boolean
  /** The picture at hand is one of its own references. */
  readonly refersToItself: boolean
  /** An extension that is not read, by name. */
  readonly refused?: string
}

const NONE: PpsExtensions = { chromaQpOffsetList: false, colourTransformOffsets: false, refersToItself: false }
const MOST_OFFSETS_MINUS_1 = 5
const MOST_DEPTH_MINUS_8 = 8
/** @source ITU-T H.265, A.3.7 */
const MOST_PALETTE = 128

/**
 * Reads the extensions of a picture parameter set: of range, and of screen content coding. Those that are not known yet
 * stand behind and are not read, as the specification wants it.
 *
 * @source ITU-T H.265, 7.3.2.3.1 to 7.3.2.3.3
 */
export const readPpsExtensions = (reader: BitReader, transformSkip: boolean): PpsExtensions => {
  if (!readFlag(reader)) return NONE
  const [range, layers, with3d, screen] = [readFlag(reader), readFlag(reader), readFlag(reader), readFlag(reader)]
  readBits(reader, 4) // pps_extension_4bits
  const chromaQpOffsetList = range && readRange(reader, transformSkip)
  if (layers) return { ...NONE, refused: 'the extension of picture parameter sets for further layers' }
  if (with3d) return { ...NONE, refused: 'the extension of picture parameter sets for 3D video' }
  return { chromaQpOffsetList, ...(screen ? readScreenContent(reader) : NO_SCREEN_CONTENT) }
}

const readRange = (reader: BitReader, transformSkip: boolean): boolean => {
  if (transformSkip) readUe(reader) // log2_max_transform_skip_block_size_minus2
  readFlag(reader) // cross_component_prediction_enabled_flag
  const list = readFlag(reader)
  if (list) {
    readUe(reader) // diff_cu_chroma_qp_offset_depth
    const count = readUeUpTo(reader, MOST_OFFSETS_MINUS_1, 'chroma_qp_offset_list_len_minus1') + 1
    for (let offset = 0; offset < 2 * count; offset += 1) readSe(reader)
  }
  readUe(reader) // log2_sao_offset_scale_luma
  readUe(reader) // log2_sao_offset_scale_chroma
  return list
}

type ScreenContent = Pick<PpsExtensions, 'colourTransformOffsets' | 'refersToItself'>

const NO_SCREEN_CONTENT: ScreenContent = { colourTransformOffsets: false, refersToItself: false }

const readScreenContent = (reader: BitReader): ScreenContent => {
  const refersToItself = readFlag(reader)
  const transforms = readFlag(reader)
  const colourTransformOffsets = transforms && readFlag(reader)
  if (transforms) for (let plane = 0; plane < 3; plane += 1) readSe(reader)
  if (readFlag(reader)) skipPalette(reader)
  return { colourTransformOffsets, refersToItself }
}

const skipPalette = (reader: BitReader): void => {
  const count = readUeUpTo(reader, MOST_PALETTE, 'pps_num_palette_predictor_initializers')
  if (count === 0) return
  const monochrome = readFlag(reader)
  const luma = readUeUpTo(reader, MOST_DEPTH_MINUS_8, 'luma_bit_depth_entry_minus8') + 8
  const chroma = monochrome ? 0 : readUeUpTo(reader, MOST_DEPTH_MINUS_8, 'chroma_bit_depth_entry_minus8') + 8
  for (let index = 0; index < count; index += 1) readBits(reader, luma)
  for (let index = 0; !monochrome && index < 2 * count; index += 1) readBits(reader, chroma)
}
