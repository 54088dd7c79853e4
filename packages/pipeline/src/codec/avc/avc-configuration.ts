import * as E from 'fp-ts/Either'

import { parseSps } from './parse-sps'

const VERSION = 1
/** Six reserved bits, and lengths of four bytes. */
const FOUR_BYTE_LENGTHS = 0xfc | 3
const RESERVED_3 = 0xe0
const RESERVED_5 = 0xf8
const RESERVED_6 = 0xfc
const COUNT_BYTES = 6
const LENGTH_BYTES = 2

/** Most sequence parameter sets that a configuration can hold. */
export const MOST_SPS = 31
/** Most picture parameter sets that a configuration can hold. */
export const MOST_PPS = 255
/** Most bytes of one set in a configuration. */
export const MOST_SET_BYTES = 0xffff

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
  const record = new Uint8Array(COUNT_BYTES + sizeOf(sps) + 1 + sizeOf(pps) + tail.length)
  record.set([VERSION, profile, constraints, level, FOUR_BYTE_LENGTHS, RESERVED_3 | sps.length])
  const ppsAt = writeSets(record, COUNT_BYTES, sps)
  record[ppsAt] = pps.length
  record.set(tail, writeSets(record, ppsAt + 1, pps))
  return record
}

const sizeOf = (sets: ReadonlyArray<Uint8Array>): number =>
  sets.reduce((sum, set) => sum + LENGTH_BYTES + set.length, 0)

const writeSets = (record: Uint8Array, from: number, sets: ReadonlyArray<Uint8Array>): number => {
  let at = from
  for (const set of sets) {
    if (set.length > MOST_SET_BYTES) throw new RangeError('a parameter set longer than fits')
    record[at] = set.length >> 8
    record[at + 1] = set.length & 0xff
    record.set(set, at + LENGTH_BYTES)
    at += LENGTH_BYTES + set.length
  }
  return at
}
