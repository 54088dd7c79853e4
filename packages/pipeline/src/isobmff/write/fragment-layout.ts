import { auxiliaryLayout } from './auxiliary-layout'
import { keyGroupBoxes } from './key-groups'
import type { AuxiliaryLayout } from './auxiliary-layout'
import type { Fragment } from './fragment'

const U32_MAX = 0xffff_ffff
const I32_END = 0x8000_0000
const BOX_HEADER = 8
const FULL_BOX_HEADER = 12
const MFHD_BYTES = FULL_BOX_HEADER + 4
const TFDT_BYTES = FULL_BOX_HEADER + 8

/** Flags of `tfhd`: which defaults it sets. @source ISO/IEC 14496-12, 8.8.7 */
export const TFHD = { duration: 0x08, size: 0x10, flags: 0x20, baseIsMoof: 0x02_0000 } as const
/** Flags of `trun`: which fields its samples have. @source ISO/IEC 14496-12, 8.8.8 */
export const TRUN = {
  dataOffset: 0x001,
  firstFlags: 0x004,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const

/** Which fields a fragment's boxes have, and how long that makes them. */
export interface FragmentLayout {
  readonly tfhdFlags: number
  readonly trunFlags: number
  readonly tfhdBytes: number
  readonly trunBytes: number
  readonly trafBytes: number
  readonly moofBytes: number
  readonly mediaBytes: number
  readonly auxiliary: AuxiliaryLayout | undefined
  /** Boxes that say under which keys samples are; empty where the track says it. */
  readonly keyGroups: Uint8Array
}

const checkedSum = (list: ArrayLike<number>, count: number, what: string): number => {
  let sum = 0
  for (let index = 0; index < count; index += 1) {
    const value = list[index]
    // Written so that a hole in the list and NaN are refused too.
    if (!(value !== undefined && value >= 0 && value <= U32_MAX && Number.isInteger(value))) {
      throw new RangeError(`${what} of sample ${index} is not a whole number of 32 bits`)
    }
    sum += value
  }
  return sum
}

const allEqual = (list: ArrayLike<number>, from: number, count: number): boolean => {
  for (let index = from + 1; index < count; index += 1) {
    if (list[index] !== list[from]) return false
  }
  return true
}

const hasComposition = ({ compositionOffsets, count }: Fragment): boolean => {
  let used = false
  for (let index = 0; compositionOffsets !== undefined && index < count; index += 1) {
    const offset = compositionOffsets[index]
    if (!(offset !== undefined && offset >= -I32_END && offset < I32_END && Number.isInteger(offset))) {
      throw new RangeError(`the composition offset of sample ${index} is not a whole number of 32 bits`)
    }
    used ||= offset !== 0
  }
  return used
}

const perSample = (trunFlags: number): number =>
  [TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition].filter((flag) => (trunFlags & flag) !== 0).length

/** Sync flags: one value for all, one for the first and one for the rest, or a list. */
const syncForm = ({ sync, count }: Fragment): number => {
  if (allEqual(sync, 0, count)) return 0
  return allEqual(sync, 1, count) ? TRUN.firstFlags : TRUN.flags
}

const chosenFlags = (fragment: Fragment): Pick<FragmentLayout, 'tfhdFlags' | 'trunFlags'> => {
  const { count, durations, sizes } = fragment
  const oneDuration = allEqual(durations, 0, count)
  const oneSize = allEqual(sizes, 0, count)
  const sync = syncForm(fragment)
  return {
    tfhdFlags:
      TFHD.baseIsMoof |
      (oneDuration ? TFHD.duration : 0) |
      (oneSize ? TFHD.size : 0) |
      (sync === TRUN.flags ? 0 : TFHD.flags),
    trunFlags:
      TRUN.dataOffset |
      sync |
      (oneDuration ? 0 : TRUN.duration) |
      (oneSize ? 0 : TRUN.size) |
      (hasComposition(fragment) ? TRUN.composition : 0),
  }
}

const checkedMediaBytes = (fragment: Fragment): number => {
  if (!Number.isInteger(fragment.count) || fragment.count < 1) throw new RangeError('a fragment has samples')
  checkedSum(fragment.durations, fragment.count, 'the duration')
  const mediaBytes = checkedSum(fragment.sizes, fragment.count, 'the size')
  if (mediaBytes + BOX_HEADER > U32_MAX) throw new RangeError('a fragment has less than 4 GiB of samples')
  return mediaBytes
}

const keyGroupsOf = ({ crypto, count }: Fragment): Uint8Array =>
  crypto?.keys === undefined ? new Uint8Array() : keyGroupBoxes(crypto.keys, crypto.ivSize, count)

/** Chooses the fields and counts the bytes of all boxes, so that they can be written in one go. */
export const fragmentLayout = (fragment: Fragment): FragmentLayout => {
  const mediaBytes = checkedMediaBytes(fragment)
  const { tfhdFlags, trunFlags } = chosenFlags(fragment)
  const auxiliary = fragment.crypto === undefined ? undefined : auxiliaryLayout(fragment.crypto, fragment.count)
  const keyGroups = keyGroupsOf(fragment)
  const defaults = [TFHD.duration, TFHD.size, TFHD.flags].filter((flag) => (tfhdFlags & flag) !== 0).length
  const tfhdBytes = FULL_BOX_HEADER + 4 + 4 * defaults
  const firstFlags = (trunFlags & TRUN.firstFlags) === 0 ? 0 : 4
  const trunBytes = FULL_BOX_HEADER + 8 + firstFlags + 4 * perSample(trunFlags) * fragment.count
  const auxiliaryBytes = auxiliary === undefined ? 0 : auxiliary.saizBytes + auxiliary.saioBytes + auxiliary.sencBytes
  const trafBytes = BOX_HEADER + tfhdBytes + TFDT_BYTES + trunBytes + keyGroups.length + auxiliaryBytes
  const moofBytes = BOX_HEADER + MFHD_BYTES + trafBytes
  return { tfhdFlags, trunFlags, tfhdBytes, trunBytes, trafBytes, moofBytes, mediaBytes, auxiliary, keyGroups }
}
