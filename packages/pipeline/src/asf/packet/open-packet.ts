import { readU32 } from '../bytes/read-little-endian'
import { fieldBytes, readField } from './length-type'
import { bad } from './packet-cursor'
import type { PacketCursor } from './packet-cursor'
import { GOOD, OPAQUE } from './step'

const CORRECTION_PRESENT = 0x80
/** Opaque data, or a length type of error correction data that is reserved. */
const CORRECTION_UNREADABLE = 0x70
const CORRECTION_LENGTH = 0x0f
/** Send time and duration. */
const TIMES = 6
const STREAM_NUMBER_TYPE = 1
const PAYLOAD_COUNT = 0x3f

/**
 * Reads the packet's own fields.
 *
 * @param start Place of the packet in the cursor's bytes.
 * @param available Bytes that are there, `packetSize` or fewer.
 * @returns GOOD, OPAQUE or BAD.
 * @source Advanced Systems Format Specification, 5.2
 */
export const openPacket = (
  cursor: PacketCursor,
  start: number,
  available: number,
  packetSize: number
): number => {
  const { bytes } = cursor
  cursor.start = start
  cursor.stop = start + available
  cursor.subAt = 0
  cursor.pending = false
  let at = start
  const correction = bytes[at] ?? 0
  if ((correction & CORRECTION_PRESENT) !== 0) {
    if ((correction & CORRECTION_UNREADABLE) !== 0) return OPAQUE
    at += 1 + (correction & CORRECTION_LENGTH)
  }
  const lengths = bytes[at] ?? 0
  const properties = bytes[at + 1] ?? 0
  cursor.multiple = (lengths & 1) !== 0
  const lengthBytes = fieldBytes((lengths >> 5) & 3)
  const paddingAt = at + 2 + lengthBytes + fieldBytes((lengths >> 1) & 3)
  const timesAt = paddingAt + fieldBytes((lengths >> 3) & 3)
  const payloadsAt = timesAt + TIMES + (cursor.multiple ? 1 : 0)
  if (payloadsAt > cursor.stop) return bad(cursor, at, 'a packet header', `a packet of ${available} bytes`)
  if (properties >> 6 !== STREAM_NUMBER_TYPE) {
    return bad(cursor, at + 1, 'stream numbers of one byte', `property flags 0x${properties.toString(16)}`)
  }
  cursor.replicatedType = properties & 3
  cursor.offsetType = (properties >> 2) & 3
  cursor.numberType = (properties >> 4) & 3
  const length = lengthBytes === 0 ? packetSize : readField(bytes, at + 2, (lengths >> 5) & 3)
  const padding = readField(bytes, paddingAt, (lengths >> 3) & 3)
  if (length > packetSize)
    return bad(cursor, at + 2, `at most ${packetSize} bytes`, `packet length ${length}`)
  cursor.limit = start + length
  cursor.end = cursor.limit - padding
  if (cursor.end < payloadsAt) {
    return bad(cursor, paddingAt, 'padding that leaves the header', `length ${length}, padding ${padding}`)
  }
  cursor.sendTime = readU32(bytes, timesAt)
  readPayloadFlags(cursor, payloadsAt)
  return GOOD
}

const readPayloadFlags = (cursor: PacketCursor, payloadsAt: number): void => {
  const flags = cursor.multiple ? (cursor.bytes[payloadsAt - 1] ?? 0) : 1
  cursor.payloadsLeft = flags & PAYLOAD_COUNT
  cursor.payloadLengthType = flags >> 6
  cursor.at = payloadsAt
}
