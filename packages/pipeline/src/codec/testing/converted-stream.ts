import * as E from 'fp-ts/Either'

import type { ConvertedSample, NalConverter } from '../nal/converted-sample'
import { lengthPrefixedScan } from '../nal/length-prefixed-scan'
import type { NalCodecName } from '../nal/nal-fault'
import { createNalTable } from '../nal/nal-table'
import { createSubsampleMap, type ProtectedRuns } from '../nal/subsample-map'

/** Bytes as text. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What there is, or the fault as an error. */
export const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}

/** A converted sample with its bytes, and its map as pairs of clear and protected bytes. */
export interface WrittenSample extends ConvertedSample {
  readonly runs: ReadonlyArray<readonly [number, number]>
  readonly written: Uint8Array
}

/** Converts all samples of a stream, each with room for 5/4 of it. */
export const convertedStream = (
  converter: NalConverter,
  samples: ReadonlyArray<Uint8Array>,
  rule: ProtectedRuns = 'whole-blocks'
): ReadonlyArray<WrittenSample> =>
  samples.map((bytes) => {
    const output = new Uint8Array(3 + Math.floor((bytes.length * 5) / 4))
    const map = createSubsampleMap(rule)
    const sample = right(converter.convert(bytes, 0, bytes.length, output, 3, map))
    const runs = Array.from({ length: map.count }, (_, run) => [map.clear[run] ?? 0, map.protected[run] ?? 0] as const)
    return { ...sample, runs, written: output.subarray(3, 3 + sample.bytes) }
  })

/** Offset of the byte behind `bits` bits of a NAL unit without emulation prevention, by taking it out from the start. */
export const wholeByteBehind = (bytes: Uint8Array, start: number, bits: number): number => {
  let at = start
  let zeros = 0
  for (let taken = 0; taken < Math.ceil(bits / 8); taken += 1) {
    if (zeros >= 2 && bytes[at] === 3) {
      at += 1
      zeros = 0
    }
    zeros = bytes[at] === 0 ? zeros + 1 : 0
    at += 1
  }
  return at
}

const TYPE_OF: Readonly<Record<NalCodecName, (header: number) => number>> = {
  avc: (header) => header & 0x1f,
  hevc: (header) => (header >> 1) & 0x3f,
}

/** A NAL unit in the bytes of a sample. */
export interface SampleUnit {
  readonly type: number
  readonly start: number
  readonly end: number
}

/** The NAL units of a sample with lengths of four bytes. */
export const sampleUnits = (codec: NalCodecName, bytes: Uint8Array): ReadonlyArray<SampleUnit> => {
  const table = createNalTable()
  const count = right(lengthPrefixedScan(codec, 4)(bytes, 0, bytes.length, table))
  return Array.from({ length: count }, (_, row) => {
    const start = table.start[row] ?? 0
    return { type: TYPE_OF[codec](bytes[start] ?? 0), start, end: table.end[row] ?? 0 }
  })
}

/** A sample with lengths of four bytes, without the NAL units of some types. */
export const unitsBut = (leftOut: ReadonlyArray<number>, codec: NalCodecName, bytes: Uint8Array): Uint8Array =>
  Buffer.concat(
    sampleUnits(codec, bytes)
      .filter(({ type }) => !leftOut.includes(type))
      .map(({ start, end }) => bytes.subarray(start - 4, end))
  )
