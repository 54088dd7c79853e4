import { readU16, readU32 } from '../bytes/read-little-endian'
import { bodyOf } from './asf-object'
import type { AsfObject } from './asf-object'

const RECORD = 6
const NUMBER_BITS = 0x7f

/** Average bits per second by stream number. @source Advanced Systems Format Specification, 3.12 */
export const parseStreamBitrates = (object: AsfObject): ReadonlyMap<number, number> => {
  const body = bodyOf(object)
  const bitrates = new Map<number, number>()
  let at = 2
  for (let left = readU16(body, 0); left > 0 && at + RECORD <= body.length; left -= 1) {
    bitrates.set(readU16(body, at) & NUMBER_BITS, readU32(body, at + 2))
    at += RECORD
  }
  return bitrates
}
