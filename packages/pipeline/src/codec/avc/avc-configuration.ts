import * as E from 'fp-ts/Either'

import { recordedSize, writeRecordedSets } from '../nal/recorded-sets'
import { parseSps } from './parse-sps'

const VERSION = 1
/** Six reserved bits, and lengths of four bytes. */
const FOUR_BYTE_LENGTHS = 0xfc | 3
const RESERVED_3 = 0xe0
const RESERVED_5 = 0xf8
const RESERVED_6 = 0xfc
const COUNT_BYTES = 6

/** Most sequence parameter sets that a configuration can hold. */
export const MOST_SPS = 31
/** Most picture parameter sets that a configuration can hold. */
export const MOST_PPS = 255

/** Profiles from before chroma format and bit depth could be chosen. */
const OLD_PROFILES: ReadonlySet<number> = new Set([66, 77, 88])

/**
 * Writes an `AVCDecoderConfigurationRecord` for samples with lengths of four bytes.
 * Sets are NAL units with their header byte that were parsed before; what does not fit is a fault of the caller and
 * throws.
 *
 * @source ISO/IEC 14496-15, 5.3.3.1
 */
export const avcConfiguration = (sps: ReadonlyArray<Uint8Array>, pps: ReadonlyArray<Uint8Array>): Uint8Array => {
  const first = sps[0]
  const parsed = first === undefined ? undefined : parseSps(first)
  if (parsed === undefined || E.isLeft(parsed)) throw new RangeError('no parameter set to begin with')
  if (sps.length > MOST_SPS || pps.length > MOST_PPS) throw new RangeError('more parameter sets than fit')
  const { profile, constraints, level, chromaFormat, bitDepthLuma, bitDepthChroma } = parsed.right
  const tail = OLD_PROFILES.has(profile)
    ? []
    : [RESERVED_6 | chromaFormat, RESERVED_5 | (bitDepthLuma - 8), RESERVED_5 | (bitDepthChroma - 8), 0]
  const record = new Uint8Array(COUNT_BYTES + recordedSize(sps) + 1 + recordedSize(pps) + tail.length)
  record.set([VERSION, profile, constraints, level, FOUR_BYTE_LENGTHS, RESERVED_3 | sps.length])
  const ppsAt = writeRecordedSets(record, COUNT_BYTES, sps)
  record[ppsAt] = pps.length
  record.set(tail, writeRecordedSets(record, ppsAt + 1, pps))
  return record
}
