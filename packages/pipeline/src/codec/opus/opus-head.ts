import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'

/** The identification header of Opus: what stands in Ogg, and in private data of ASF and Matroska. */
export interface OpusHead {
  readonly channels: number
  /** Samples of 48 kHz to be left out at the start. */
  readonly preSkip: number
  /** Hertz of what was encoded; decoding is at 48 kHz. */
  readonly inputRate: number
  /** In 1/256 dB. */
  readonly gain: number
  readonly family: number
  /** Streams, coupled streams and a place for each channel; empty in family 0. */
  readonly mapping: Uint8Array
}

const MAGIC = Uint8Array.of(0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64)
const VERSION = 1
const MAJOR = 0xf0
/** Channels, pre-skip, rate, gain and family. */
const FIELDS = 10

const malformed = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  E.left({ type: 'MalformedMedia', format: 'opus', at, expected, found })

/** Reads what `OpusHead`, little-endian, and `dOps`, big-endian, have in common behind their version. */
const readFields = (bytes: Uint8Array, from: number, littleEndian: boolean): E.Either<MalformedMedia, OpusHead> => {
  if (bytes.length < from + FIELDS) return malformed(bytes.length, 'a whole Opus header', `${String(bytes.length)} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const channels = view.getUint8(from)
  const family = view.getUint8(from + 9)
  const mapping = family === 0 ? new Uint8Array() : bytes.slice(from + FIELDS, from + FIELDS + 2 + channels)
  if (channels === 0) return malformed(from, 'one channel or more', '0')
  if (family === 0 ? channels > 2 : mapping.length < 2 + channels) {
    return malformed(from + 9, 'a place for each channel', `${String(mapping.length)} bytes for ${String(channels)} channels`)
  }
  return E.right({
    channels,
    preSkip: view.getUint16(from + 1, littleEndian),
    inputRate: view.getUint32(from + 3, littleEndian),
    gain: view.getInt16(from + 7, littleEndian),
    family,
    mapping,
  })
}

const writeFields = ({ channels, preSkip, inputRate, gain, family, mapping }: OpusHead, littleEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(FIELDS + mapping.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, channels)
  view.setUint16(1, preSkip, littleEndian)
  view.setUint32(3, inputRate, littleEndian)
  view.setInt16(7, gain, littleEndian)
  view.setUint8(9, family)
  bytes.set(mapping, FIELDS)
  return bytes
}

/**
 * Reads an `OpusHead`.
 *
 * @errors `MalformedMedia`, offset in `bytes`.
 * @source RFC 7845, 5.1
 */
export const readOpusHead = (bytes: Uint8Array): E.Either<MalformedMedia, OpusHead> => {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) return malformed(0, 'OpusHead', `${String(bytes.length)} other bytes`)
  const version = bytes[MAGIC.length] ?? MAJOR
  if ((version & MAJOR) !== 0) return malformed(MAGIC.length, 'version 1', String(version))
  return readFields(bytes, MAGIC.length + 1, true)
}

/** Writes an `OpusHead`. @source RFC 7845, 5.1 */
export const writeOpusHead = (head: OpusHead): Uint8Array => Uint8Array.of(...MAGIC, VERSION, ...writeFields(head, true))

/**
 * Reads the body of `dOps`.
 *
 * @errors `MalformedMedia`, offset in `body`.
 * @source Encapsulation of Opus in ISO Base Media File Format, 4.3.2
 */
export const readDops = (body: Uint8Array): E.Either<MalformedMedia, OpusHead> =>
  body[0] === 0 ? readFields(body, 1, false) : malformed(0, 'version 0 of dOps', String(body[0]))

/** Writes the body of `dOps`. @source Encapsulation of Opus in ISO Base Media File Format, 4.3.2 */
export const writeDops = (head: OpusHead): Uint8Array => Uint8Array.of(0, ...writeFields(head, false))
