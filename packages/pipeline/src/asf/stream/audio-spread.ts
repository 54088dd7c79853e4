import { readU16 } from '../bytes/read-little-endian'

/** How the audio of a stream is spread over its objects. @source Advanced Systems Format Specification, "Spread audio" */
export interface AudioSpread {
  /** Virtual packets in one object. */
  readonly span: number
  /** Bytes of a virtual packet. */
  readonly packet: number
  /** Bytes of a virtual chunk. */
  readonly chunk: number
}

const SHORTEST = 5

/** Reads the error correction data of a stream. Undefined when nothing is spread or the figures do not agree. */
export const parseAudioSpread = (bytes: Uint8Array): AudioSpread | undefined => {
  if (bytes.length < SHORTEST) return undefined
  const spread = { span: bytes[0] ?? 0, packet: readU16(bytes, 1), chunk: readU16(bytes, 3) }
  const { span, packet, chunk } = spread
  return span > 1 && chunk > 0 && packet > chunk && packet % chunk === 0 ? spread : undefined
}

/** An object can be put in order only when it is one whole span. */
export const isSpread = ({ span, packet }: AudioSpread, objectSize: number): boolean =>
  objectSize === span * packet

/**
 * Where a byte of the stored object belongs. Within a chunk the bytes keep their order, so a caller moves runs up
 * to the next multiple of `chunk`.
 */
export const spreadTarget = ({ span, packet, chunk }: AudioSpread, stored: number): number => {
  const rows = packet / chunk
  const index = Math.floor(stored / chunk)
  const target = (index % rows) * span + Math.floor(index / rows)
  return target * chunk + (stored % chunk)
}

/**
 * Puts the chunks of one stored object in playing order. For samples that a demuxer left as stored because they
 * are protected: once deciphered, they still have to be put in order.
 *
 * @returns false when the object is not one whole span; `into` is then left alone.
 */
export const orderSpread = (spread: AudioSpread, stored: Uint8Array, into: Uint8Array): boolean => {
  if (!isSpread(spread, stored.length) || into.length < stored.length) return false
  for (let at = 0; at < stored.length; at += spread.chunk) {
    into.set(stored.subarray(at, at + spread.chunk), spreadTarget(spread, at))
  }
  return true
}
