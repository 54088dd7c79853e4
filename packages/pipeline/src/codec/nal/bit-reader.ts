/**
 * Reads the bits of a NAL unit as it stands, leaving out emulation prevention bytes on the way. What cannot be read is
 * 0 and remembered: callers ask once, at the end, whether all went well.
 */
export interface BitReader {
  bytes: Uint8Array
  /** Offset of the next byte to be taken: the first whole byte behind what was read. */
  at: number
  end: number
  /** Emulation prevention bytes left out so far. */
  skipped: number
  /** What did not hold; undefined while all went well. The first finding stays. */
  expected: string | undefined
  found: string
  /** The byte at `at - 1` and how many of its bits are still to come. */
  byte: number
  left: number
  /** Zero bytes in a row up to now. */
  zeros: number
}

const EMULATION_PREVENTION = 3
const NOTHING = new Uint8Array(0)

/** A reader that is opened anew for each NAL unit. */
export const createBitReader = (): BitReader => ({
  bytes: NOTHING,
  at: 0,
  end: 0,
  skipped: 0,
  expected: undefined,
  found: '',
  byte: 0,
  left: 0,
  zeros: 0,
})

/** Begins at `from`; never reads at `to` or behind the array. */
export const openBits = (reader: BitReader, bytes: Uint8Array, from: number, to: number): void => {
  reader.bytes = bytes
  reader.at = from
  reader.end = Math.min(to, bytes.length)
  reader.skipped = 0
  reader.expected = undefined
  reader.found = ''
  reader.left = 0
  reader.zeros = 0
}

/** Notes that the syntax does not hold; the first note stays, and all further reads give 0. */
export const failBits = (reader: BitReader, expected: string, found: string): void => {
  if (reader.expected !== undefined) return
  reader.expected = expected
  reader.found = found
  reader.left = 0
  reader.end = reader.at
}

/** Reads 0 to 32 bits, the first one highest. */
export const readBits = (reader: BitReader, count: number): number => {
  let value = 0
  let wanted = count
  while (wanted > 0) {
    if (reader.left === 0 && !takeByte(reader)) return 0
    const taken = Math.min(wanted, reader.left)
    reader.left -= taken
    wanted -= taken
    value = value * 2 ** taken + ((reader.byte >> reader.left) & (2 ** taken - 1))
  }
  return value
}

/** Reads one bit as a flag. */
export const readFlag = (reader: BitReader): boolean => readBits(reader, 1) === 1

const takeByte = (reader: BitReader): boolean => {
  skipPrevention(reader)
  if (reader.at >= reader.end) {
    failBits(reader, 'more bits', 'the end of the NAL unit')
    return false
  }
  reader.byte = reader.bytes[reader.at] ?? 0
  reader.zeros = reader.byte === 0 ? reader.zeros + 1 : 0
  reader.left = 8
  reader.at += 1
  return true
}

const skipPrevention = (reader: BitReader): void => {
  if (reader.zeros < 2 || reader.at >= reader.end || reader.bytes[reader.at] !== EMULATION_PREVENTION) return
  reader.at += 1
  reader.skipped += 1
  reader.zeros = 0
}

/**
 * Whether syntax follows before the trailing bits.
 *
 * @source ITU-T H.264, 7.2, more_rbsp_data()
 */
export const moreData = (reader: BitReader): boolean => {
  if (reader.left === 0) skipPrevention(reader)
  let last = reader.end - 1
  while (last >= reader.at && reader.bytes[last] === 0) last -= 1
  if (last >= reader.at) {
    const stopsAtOnce = reader.left === 0 && last === reader.at && reader.bytes[last] === 0x80
    return !stopsAtOnce
  }
  const rest = reader.byte & (2 ** reader.left - 1)
  return rest !== 0 && rest !== 2 ** (reader.left - 1)
}
