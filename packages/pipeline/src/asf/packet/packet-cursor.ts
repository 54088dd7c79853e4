import { BAD } from './step'

/**
 * Where reading stands inside one packet. One object serves a whole file: nothing is made for a packet or payload.
 * Positions are places in `bytes`.
 */
export interface PacketCursor {
  bytes: Uint8Array
  /** Byte offset in the file of `bytes[0]`. */
  base: number
  /** Where the packet begins. */
  start: number
  /** Next payload. */
  at: number
  /** End of the payloads: padding begins. */
  end: number
  /** End of the packet as it states its length. */
  limit: number
  /** End of the bytes that are there; before `limit` only in a packet that is cut short. */
  stop: number
  payloadsLeft: number
  multiple: boolean
  numberType: number
  offsetType: number
  replicatedType: number
  payloadLengthType: number
  /** Milliseconds. */
  sendTime: number
  /** The payload at `at`, filled by `readPayload`. */
  stream: number
  key: boolean
  objectNumber: number
  /** Offset into the object, or the time of the first sub-payload. */
  objectOffset: number
  replicatedAt: number
  replicatedLength: number
  dataAt: number
  dataEnd: number
  /** The payload at `at` was read and not yet taken. */
  pending: boolean
  /** It reaches into the padding. */
  overrun: boolean
  /** Next sub-payload of a compressed payload that was begun; 0 when none was. */
  subAt: number
  subIndex: number
  /** What was wrong, after an answer `BAD`. */
  badAt: number
  expected: string
  found: string
}

/** A cursor over no bytes. */
export const createPacketCursor = (): PacketCursor => ({
  bytes: new Uint8Array(),
  base: 0,
  start: 0,
  at: 0,
  end: 0,
  limit: 0,
  stop: 0,
  payloadsLeft: 0,
  multiple: false,
  numberType: 0,
  offsetType: 0,
  replicatedType: 0,
  payloadLengthType: 0,
  sendTime: 0,
  stream: 0,
  key: false,
  objectNumber: 0,
  objectOffset: 0,
  replicatedAt: 0,
  replicatedLength: 0,
  dataAt: 0,
  dataEnd: 0,
  pending: false,
  overrun: false,
  subAt: 0,
  subIndex: 0,
  badAt: 0,
  expected: '',
  found: '',
})

/** Notes what is wrong; answers {@link BAD}. */
export const bad = (cursor: PacketCursor, at: number, expected: string, found: string): number => {
  cursor.badAt = cursor.base + at
  cursor.expected = expected
  cursor.found = found
  return BAD
}
