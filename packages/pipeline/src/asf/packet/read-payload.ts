import { fieldBytes, readField } from './length-type'
import { bad } from './packet-cursor'
import type { PacketCursor } from './packet-cursor'
import { GOOD } from './step'

const KEY_BIT = 0x80
const NUMBER_BITS = 0x7f

/** Replicated length that marks a run of sub-payloads. */
export const COMPRESSED = 1
/** Object size and presentation time, the least that replicated data hold. */
export const REPLICATED_LEAST = 8

/**
 * Reads the fields of the payload at the cursor and leaves the cursor there, so that it can be read again when the
 * receiver has no room.
 *
 * @returns GOOD or BAD.
 * @source Advanced Systems Format Specification, 5.2.3
 */
export const readPayload = (cursor: PacketCursor): number => {
  const { bytes, at } = cursor
  const numberAt = at + 1
  const offsetAt = numberAt + fieldBytes(cursor.numberType)
  const replicatedLengthAt = offsetAt + fieldBytes(cursor.offsetType)
  const replicatedAt = replicatedLengthAt + fieldBytes(cursor.replicatedType)
  if (replicatedAt > cursor.limit || replicatedAt > cursor.stop) return outOfRoom(cursor, 'a payload header')
  const first = bytes[at] ?? 0
  cursor.stream = first & NUMBER_BITS
  cursor.key = (first & KEY_BIT) !== 0
  cursor.objectNumber = readField(bytes, numberAt, cursor.numberType)
  cursor.objectOffset = readField(bytes, offsetAt, cursor.offsetType)
  const replicatedLength = readField(bytes, replicatedLengthAt, cursor.replicatedType)
  cursor.replicatedAt = replicatedAt
  cursor.replicatedLength = replicatedLength
  if (replicatedLength > COMPRESSED && replicatedLength < REPLICATED_LEAST) {
    return bad(
      cursor,
      replicatedLengthAt,
      'replicated data of 0, 1 or at least 8 bytes',
      `${replicatedLength} bytes`
    )
  }
  const lengthAt = replicatedAt + replicatedLength
  return cursor.multiple ? measureOne(cursor, lengthAt) : measureRest(cursor, lengthAt)
}

const measureOne = (cursor: PacketCursor, lengthAt: number): number => {
  const type = cursor.payloadLengthType
  const dataAt = lengthAt + fieldBytes(type)
  if (type === 0) return bad(cursor, cursor.at, 'a length for each payload', 'payload length type 0')
  if (dataAt > cursor.limit || dataAt > cursor.stop)
    return outOfRoom(cursor, 'replicated data and a payload length')
  const length = readField(cursor.bytes, lengthAt, type)
  cursor.dataAt = dataAt
  cursor.dataEnd = dataAt + length
  cursor.overrun = cursor.dataEnd > cursor.end
  if (cursor.dataEnd > cursor.limit || cursor.dataEnd > cursor.stop) {
    const left = Math.min(cursor.limit, cursor.stop) - dataAt
    return bad(cursor, lengthAt, `a payload of at most ${left} bytes`, `payload length ${length}`)
  }
  return GOOD
}

/** A single payload takes what padding leaves. */
const measureRest = (cursor: PacketCursor, dataAt: number): number => {
  cursor.dataAt = dataAt
  cursor.dataEnd = cursor.end
  cursor.overrun = false
  if (dataAt > cursor.end) return outOfRoom(cursor, 'replicated data in front of the padding')
  return cursor.end > cursor.stop ? outOfRoom(cursor, 'a whole payload') : GOOD
}

const outOfRoom = (cursor: PacketCursor, expected: string): number => {
  const left = Math.max(0, Math.min(cursor.limit, cursor.stop) - cursor.at)
  return bad(cursor, cursor.at, expected, `${left} bytes left in the packet`)
}
