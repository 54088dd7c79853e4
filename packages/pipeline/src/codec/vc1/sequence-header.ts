import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { openPlainBits, overran, readPlainBits, type PlainBits } from '../bits/plain-bits'

/** What a sequence header of the advanced profile says. */
export interface SequenceHeader {
  readonly level: number
  /** Pixels; the largest that the stream has. */
  readonly width: number
  readonly height: number
  readonly interlaced: boolean
  /** Pictures per second, where it says so. */
  readonly pictureRate: number | undefined
}

/** @source SMPTE ST 421, Table 32 */
const ADVANCED = 3
const START_CODE = [0, 0, 1] as const
const SEQUENCE = 0x0f
const PREVENTION = 3
/** Numerators and denominators of picture rates. @source SMPTE ST 421, Tables 36 and 37 */
const NUMERATORS = [24, 25, 30, 50, 60, 48, 72] as const
const DENOMINATORS = [1000, 1001] as const

/** Says what does not hold in VC-1 bytes. */
const malformed = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  E.left({ type: 'MalformedMedia', format: 'vc1', at, expected, found })

const isCode = (bytes: Uint8Array, at: number): boolean => START_CODE.every((byte, index) => bytes[at + index] === byte)

/** Where the unit with a suffix begins, its start code included. */
const findUnit = (bytes: Uint8Array, suffix: number): number | undefined => {
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    if (isCode(bytes, at) && bytes[at + 3] === suffix) return at
  }
  return undefined
}

/** More than the 114 bits up to the rate of pictures take, prevention counted; the unit itself may be of any length. */
const HEAD_BYTES = 32

/**
 * The first bytes behind a start code without their emulation prevention, up to the next one.
 *
 * @source SMPTE ST 421, Annex E
 */
const unitBytes = (bytes: Uint8Array, from: number): Uint8Array => {
  const kept: number[] = []
  for (let at = from; at < Math.min(bytes.length, from + HEAD_BYTES) && !isCode(bytes, at); at += 1) {
    const byte = bytes[at] ?? 0
    const isPrevention = byte === PREVENTION && bytes[at - 1] === 0 && bytes[at - 2] === 0 && at - 2 >= from
    if (!isPrevention) kept.push(byte)
  }
  return Uint8Array.from(kept)
}

const readRate = (bits: PlainBits): number | undefined => {
  if (readPlainBits(bits, 1) === 0) return undefined
  if (readPlainBits(bits, 1) === 1) return (readPlainBits(bits, 16) + 1) / 32
  const numerator = NUMERATORS[readPlainBits(bits, 8) - 1]
  const denominator = DENOMINATORS[readPlainBits(bits, 4) - 1]
  return numerator === undefined || denominator === undefined ? undefined : (1000 * numerator) / denominator
}

const readDisplay = (bits: PlainBits): number | undefined => {
  if (readPlainBits(bits, 1) === 0) return undefined
  readPlainBits(bits, 28) // width and height
  if (readPlainBits(bits, 1) === 1 && readPlainBits(bits, 4) === 15) readPlainBits(bits, 16) // aspect ratio
  return readRate(bits)
}

/**
 * Reads the sequence header in private data of the advanced profile, whatever stands in front of its start code.
 *
 * @returns it, and the bytes from its start code on.
 * @errors `MalformedMedia`, offset in `bytes`; `UnsupportedMedia`, offset of the header, for the simple and
 *   main profiles.
 * @source SMPTE ST 421, 6.1 and 6.2
 */
export const readSequenceHeader = (
  bytes: Uint8Array
): E.Either<MalformedMedia | UnsupportedMedia, { readonly header: SequenceHeader; readonly units: Uint8Array }> => {
  const at = findUnit(bytes, SEQUENCE)
  if (at === undefined) return malformed(0, 'a VC-1 sequence header', `${String(bytes.length)} bytes without one`)
  const bits = openPlainBits(unitBytes(bytes, at + 4))
  const profile = readPlainBits(bits, 2)
  if (profile !== ADVANCED) return E.left({ type: 'UnsupportedMedia', at, what: `VC-1: profile ${String(profile)}` })
  const level = readPlainBits(bits, 3)
  readPlainBits(bits, 11) // colour format, rates for post-processing
  const [width, height] = [readPlainBits(bits, 12), readPlainBits(bits, 12)]
  readPlainBits(bits, 1) // pull-down
  const interlaced = readPlainBits(bits, 1) === 1
  readPlainBits(bits, 4) // frame counter, interpolation, reserved, segmented frames
  const pictureRate = readDisplay(bits)
  if (overran(bits)) return malformed(bytes.length, 'a whole sequence header', 'the end')
  const header = { level, width: 2 * (width + 1), height: 2 * (height + 1), interlaced, pictureRate }
  return E.right({ header, units: bytes.slice(at) })
}
