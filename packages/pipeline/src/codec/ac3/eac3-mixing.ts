import { readPlainBits, type PlainBits } from '../bits/plain-bits'
import { DUAL_MONO, hasCentre, hasSurround, STEREO } from './sync-info'

/** What the fields of the mixing metadata depend on. */
export interface MixedFrame {
  readonly strmtyp: number
  readonly acmod: number
  readonly lfeon: number
  readonly numblkscod: number
}

const INDEPENDENT = 0
const ONE_BLOCK = 0
/** Blocks that may each have a configuration, by `numblkscod`. */
const BLOCKS = [1, 2, 3, 6] as const

const flag = (bits: PlainBits): boolean => readPlainBits(bits, 1) === 1

/** A field that is there where the bit before it is set. */
const optional = (bits: PlainBits, width: number): void => {
  if (flag(bits)) readPlainBits(bits, width)
}

/** Reads more than 32 bits past. */
const skip = (bits: PlainBits, count: number): void => {
  for (let left = count; left > 0; left -= 32) readPlainBits(bits, Math.min(32, left))
}

const skipDefinition = (bits: PlainBits): void => {
  const mixdef = readPlainBits(bits, 2)
  if (mixdef === 1) readPlainBits(bits, 5)
  if (mixdef === 2) readPlainBits(bits, 12)
  if (mixdef === 3) skip(bits, 8 * (readPlainBits(bits, 5) + 2))
}

const skipProgram = (bits: PlainBits, { acmod, numblkscod }: MixedFrame): void => {
  optional(bits, 6)
  if (acmod === DUAL_MONO) optional(bits, 6)
  optional(bits, 6)
  skipDefinition(bits)
  if (acmod < STEREO) {
    optional(bits, 14)
    if (acmod === DUAL_MONO) optional(bits, 14)
  }
  if (!flag(bits)) return
  if (numblkscod === ONE_BLOCK) readPlainBits(bits, 5)
  else for (let block = 0; block < (BLOCKS[numblkscod] ?? 0); block += 1) optional(bits, 5)
}

/** Goes past the mixing metadata, behind which stands what the sound is for. @source ETSI TS 102 366, E.1.2.2 */
export const readMixing = (bits: PlainBits, frame: MixedFrame): void => {
  const { strmtyp, acmod, lfeon } = frame
  if (acmod > STEREO) readPlainBits(bits, 2)
  if (hasCentre(acmod)) readPlainBits(bits, 6)
  if (hasSurround(acmod)) readPlainBits(bits, 6)
  if (lfeon === 1) optional(bits, 5)
  if (strmtyp === INDEPENDENT) skipProgram(bits, frame)
}
