import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { openPlainBits, readPlainBits } from '../bits/plain-bits'

/** The first metadata block of FLAC, which decoders need. */
export interface StreamInfo {
  readonly sampleRate: number
  readonly channels: number
  readonly bitsPerSample: number
  /** The block as it stands, 34 bytes. */
  readonly block: Uint8Array
}

const BLOCK_BYTES = 34
const HEADER_BYTES = 4
const LAST = 0x80
const TYPE = 0x7f
/** Version and flags of `dfLa`. */
const FULL_BOX = 4
const MARKER = Uint8Array.of(0x66, 0x4c, 0x61, 0x43)

const malformed = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  E.left({ type: 'MalformedMedia', format: 'flac', at, expected, found })

const readBlock = (bytes: Uint8Array, from: number): E.Either<MalformedMedia, StreamInfo> => {
  const block = bytes.slice(from, from + BLOCK_BYTES)
  if (block.length < BLOCK_BYTES) return malformed(bytes.length, 'a STREAMINFO of 34 bytes', `${String(block.length)} bytes`)
  const bits = openPlainBits(block.subarray(10)) // behind block and frame sizes
  const sampleRate = readPlainBits(bits, 20)
  const channels = readPlainBits(bits, 3) + 1
  const bitsPerSample = readPlainBits(bits, 5) + 1
  return sampleRate === 0 ? malformed(from + 10, 'a sample rate', '0') : E.right({ sampleRate, channels, bitsPerSample, block })
}

/** A block with its header in front. */
const readHeaded = (bytes: Uint8Array, from: number): E.Either<MalformedMedia, StreamInfo> => {
  const type = bytes[from]
  if (type === undefined || (type & TYPE) !== 0) return malformed(from, 'STREAMINFO first', `block type ${String(type)}`)
  return readBlock(bytes, from + HEADER_BYTES)
}

/**
 * Reads private data: the bare block as FFmpeg keeps it, or what a file of FLAC begins with.
 *
 * @errors `MalformedMedia`, offset in `bytes`.
 * @source RFC 9639, 8.2
 */
export const readStreamInfo = (bytes: Uint8Array): E.Either<MalformedMedia, StreamInfo> =>
  MARKER.every((byte, at) => bytes[at] === byte) ? readHeaded(bytes, MARKER.length) : readBlock(bytes, 0)

/**
 * Reads the body of `dfLa`; further metadata blocks are passed over.
 *
 * @errors `MalformedMedia`, offset in `body`.
 * @source Encapsulation of FLAC in ISO Base Media File Format, 3.3.2
 */
export const readDfla = (body: Uint8Array): E.Either<MalformedMedia, StreamInfo> =>
  body[0] === 0 ? readHeaded(body, FULL_BOX) : malformed(0, 'version 0 of dfLa', String(body[0]))

/** Writes the body of `dfLa`. @source Encapsulation of FLAC in ISO Base Media File Format, 3.3.2 */
export const writeDfla = ({ block }: StreamInfo): Uint8Array => Uint8Array.of(0, 0, 0, 0, LAST, 0, 0, block.length, ...block)
