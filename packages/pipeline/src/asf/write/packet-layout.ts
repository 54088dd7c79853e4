/**
 * How the writer lays out a packet: two bytes of error correction, then fields of fixed sizes.
 *
 * @source Advanced Systems Format Specification, 5.2; the choices are those of Windows Media and FFmpeg
 */
export const LAYOUT = {
  /** Error correction present, two bytes of data. */
  correction: [0x82, 0, 0],
  /** Replicated length u8, offset u32, object number u8, stream number u8. */
  propertyFlags: 0x5d,
  /** Payload length type u16. */
  payloadFlags: 0x80,
  /** Bytes in front of the payloads of a packet with one payload, without a padding length. */
  singleHeader: 11,
  /** The same with several payloads. */
  multipleHeader: 12,
  /** Stream, object number, offset and replicated length of a payload. */
  payloadHeader: 7,
  /** Payload length, with several payloads only. */
  payloadLength: 2,
  /** Object size and presentation time. */
  replicated: 8,
  /** Most payloads that the six bits of the count allow. */
  mostPayloads: 63,
  /** Milliseconds that the 16 bits of a packet's duration hold. */
  longestDuration: 0xffff,
  /** Fewer bytes of an object than this are not worth a payload of their own. */
  smallestFragment: 32,
} as const

/** Bytes of a value of the Encryption sample ID. */
export const SAMPLE_ID_BYTES = 8

/** Smallest packet that is written: room for the headers, a sample ID and some data. */
export const SMALLEST_PACKET = 64

/** Largest packet of the specification. */
export const LARGEST_WRITTEN_PACKET = 0x1_0000

/** Data bytes that a payload alone in its packet can carry. */
export const largestPayload = (packetSize: number, replicated: number): number =>
  packetSize - LAYOUT.singleHeader - LAYOUT.payloadHeader - replicated

/** Data bytes that one more payload can carry after `used` bytes of the packet. */
export const payloadRoom = (packetSize: number, used: number, replicated: number): number =>
  packetSize - used - LAYOUT.payloadHeader - LAYOUT.payloadLength - replicated

/** A piece of an object and what is in its packet before it. */
export interface Cut {
  readonly packetSize: number
  /** Bytes of the packet so far, its own header included. */
  readonly used: number
  readonly payloads: number
  readonly replicated: number
}

/**
 * How many of the `left` bytes of an object go into the packet. More than {@link payloadRoom}: the payload is alone in its
 * packet, where it has three bytes more room.
 *
 * @param mayCut false keeps the object for a packet that holds all of it.
 * @returns 0 when it begins with the next packet.
 */
export const cutLength = ({ packetSize, used, payloads, replicated }: Cut, left: number, mayCut: boolean): number => {
  const room = payloadRoom(packetSize, used, replicated)
  if (left <= room) return left
  if (payloads === 0) return Math.min(left, largestPayload(packetSize, replicated))
  return mayCut && room >= LAYOUT.smallestFragment ? room : 0
}
