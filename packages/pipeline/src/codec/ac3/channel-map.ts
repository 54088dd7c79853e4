import { openPlainBits, overran, readPlainBits } from '../bits/plain-bits'

/** Places of a `chanmap` for each `acmod`: left is the highest bit, then centre, right, left and right surround. */
const PLACES = [0xa000, 0x4000, 0xa000, 0xe000, 0xa100, 0xe100, 0xb800, 0xf800] as const
const LOW_FREQUENCY = 1

const mapOf = (acmod: number, lfeon: number, added: number): number =>
  (PLACES[acmod] ?? 0) | (lfeon === 1 ? LOW_FREQUENCY : 0) | added

/**
 * The channels of AC-3 as a `chanmap`, from the body of `dac3`; undefined for a short one.
 *
 * @source ETSI TS 102 366, F.4, E.1.3.1.8 and Table 4.3
 */
export const ac3ChannelMap = (dac3: Uint8Array): number | undefined => {
  const bits = openPlainBits(dac3)
  readPlainBits(bits, 10) // fscod, bsid, bsmod
  const acmod = readPlainBits(bits, 3)
  const lfeon = readPlainBits(bits, 1)
  return overran(bits) ? undefined : mapOf(acmod, lfeon, 0)
}

/** `chan_loc` has bits 5 to 12 of a `chanmap`, counted from the highest, above bit 14. @source ETSI TS 102 366, Table F.6.1 */
const addedBy = (chanLoc: number): number => ((chanLoc & 0x1fe) << 2) | ((chanLoc & 1) << 1)

/**
 * The channels of Enhanced AC-3 as a `chanmap`: those of the first program and of the frames that depend on it, from the body of
 * `dec3`; undefined for a short one.
 *
 * @source ETSI TS 102 366, F.6
 */
export const eac3ChannelMap = (dec3: Uint8Array): number | undefined => {
  const bits = openPlainBits(dec3)
  readPlainBits(bits, 16) // data_rate, num_ind_sub
  readPlainBits(bits, 12) // fscod, bsid, reserved, asvc, bsmod
  const acmod = readPlainBits(bits, 3)
  const lfeon = readPlainBits(bits, 1)
  readPlainBits(bits, 3)
  const dependents = readPlainBits(bits, 4)
  const added = dependents > 0 ? addedBy(readPlainBits(bits, 9)) : 0
  return overran(bits) ? undefined : mapOf(acmod, lfeon, added)
}
