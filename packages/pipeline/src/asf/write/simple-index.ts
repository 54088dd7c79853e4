import { writeU16, writeU32, writeU64 } from '../bytes/write-little-endian'
import { TOP_LEVEL } from '../guid/top-level-guids'
import { buildAsfObject } from '../header/asf-object'

/** The places of one video stream's key frames, one entry for each second. */
export interface SimpleIndex {
  packet: Uint32Array
  span: Uint16Array
  count: number
  /** The last key frame so far. */
  lastPacket: number
  lastSpan: number
  largestSpan: number
  any: boolean
}

const INTERVAL_MS = 1000
const INTERVAL_UNITS = 10_000_000
const FIXED_BYTES = 32
const ENTRY_BYTES = 6
const U16_MAX = 0xffff
/** Entries for the longest time that 32 bits of milliseconds can say. */
const MOST_ENTRIES = Math.ceil(0x1_0000_0000 / INTERVAL_MS)

/** No entries. */
export const createSimpleIndex = (): SimpleIndex => ({
  packet: new Uint32Array(256),
  span: new Uint16Array(256),
  count: 0,
  lastPacket: 0,
  lastSpan: 0,
  largestSpan: 0,
  any: false,
})

/**
 * Notes a key frame. Entries up to its time point to the one before.
 *
 * @param milliseconds Presentation time, preroll included.
 * @param packets Packets that the object lies in.
 */
export const noteKeyFrame = (
  index: SimpleIndex,
  milliseconds: number,
  packet: number,
  packets: number
): void => {
  const span = Math.min(packets, U16_MAX)
  if (!index.any) {
    index.any = true
    index.lastPacket = packet
    index.lastSpan = span
  }
  fillUpTo(index, milliseconds)
  index.lastPacket = packet
  index.lastSpan = span
  index.largestSpan = Math.max(index.largestSpan, span)
}

/** Adds entries for every second before `milliseconds`. */
const fillUpTo = (index: SimpleIndex, milliseconds: number): void => {
  const wanted = Math.min(Math.ceil(milliseconds / INTERVAL_MS), MOST_ENTRIES)
  if (wanted > index.packet.length) {
    const packet = new Uint32Array(Math.max(wanted, index.packet.length * 2))
    const span = new Uint16Array(packet.length)
    packet.set(index.packet)
    span.set(index.span)
    index.packet = packet
    index.span = span
  }
  while (index.count < wanted) {
    index.packet[index.count] = index.lastPacket
    index.span[index.count] = index.lastSpan
    index.count += 1
  }
}

/**
 * The whole object.
 *
 * @param playMilliseconds End of the file, preroll included.
 * @source Advanced Systems Format Specification, 6.1
 */
export const buildSimpleIndex = (
  index: SimpleIndex,
  fileId: Uint8Array,
  playMilliseconds: number
): Uint8Array => {
  if (index.any) fillUpTo(index, playMilliseconds)
  const body = new Uint8Array(FIXED_BYTES + index.count * ENTRY_BYTES)
  body.set(fileId)
  writeU64(body, 16, INTERVAL_UNITS)
  writeU32(body, 24, index.largestSpan)
  writeU32(body, 28, index.count)
  for (let entry = 0; entry < index.count; entry += 1) {
    writeU32(body, FIXED_BYTES + entry * ENTRY_BYTES, index.packet[entry] ?? 0)
    writeU16(body, FIXED_BYTES + entry * ENTRY_BYTES + 4, index.span[entry] ?? 0)
  }
  return buildAsfObject(TOP_LEVEL.SimpleIndex, body)
}
