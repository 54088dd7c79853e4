import { readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'

const MOST_CPBS_MINUS_1 = 31

interface Models {
  readonly ofNals: boolean
  readonly ofVcl: boolean
  readonly subPictures: boolean
}

/**
 * Reads past `hrd_parameters( 1, subLayers )`.
 *
 * @source ITU-T H.265, E.2.2 and E.2.3
 */
export const skipBufferModels = (reader: BitReader, subLayers: number): void => {
  const models = readCommon(reader)
  for (let layer = 0; layer <= subLayers && reader.expected === undefined; layer += 1) skipSubLayer(reader, models)
}

const readCommon = (reader: BitReader): Models => {
  const ofNals = readFlag(reader)
  const ofVcl = readFlag(reader)
  if (!ofNals && !ofVcl) return { ofNals, ofVcl, subPictures: false }
  const subPictures = readFlag(reader)
  if (subPictures) readBits(reader, 19) // tick divisor, lengths of delays, where they stand
  readBits(reader, 8) // bit_rate_scale, cpb_size_scale
  if (subPictures) readBits(reader, 4)
  readBits(reader, 15) // lengths of delays
  return { ofNals, ofVcl, subPictures }
}

const skipSubLayer = (reader: BitReader, { ofNals, ofVcl, subPictures }: Models): void => {
  const fixedInGeneral = readFlag(reader)
  const fixedInSequence = fixedInGeneral || readFlag(reader)
  if (fixedInSequence) readUe(reader) // elemental_duration_in_tc_minus1
  const lowDelay = !fixedInSequence && readFlag(reader)
  const count = lowDelay ? 1 : readUeUpTo(reader, MOST_CPBS_MINUS_1, 'cpb_cnt_minus1') + 1
  const models = (ofNals ? count : 0) + (ofVcl ? count : 0)
  for (let model = 0; model < models && reader.expected === undefined; model += 1) {
    for (let field = 0; field < (subPictures ? 4 : 2); field += 1) readUe(reader)
    readFlag(reader) // cbr_flag
  }
}
