import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import type { NalConverter } from '../nal/converted-sample'
import { createSubsampleMap, type ProtectedRuns } from '../nal/subsample-map'

const RUNS = 1000
const LONGEST = 40
const MOST_PARTS = 12
const MARGIN = 20
const UNTOUCHED = 0xee

/** What a converter is given. */
export interface AnyBytes {
  /** What units begin with: start codes, headers, nothing. */
  readonly starts: ReadonlyArray<ReadonlyArray<number>>
  /** Configurations that are known before. */
  readonly known: ReadonlyArray<Uint8Array>
  readonly runs: ProtectedRuns
}

/** Expects that a converter of any bytes returns, never writes outside its room, and has a map of what it wrote. */
export const expectInItsRoom = (
  converterOf: (codecPrivate: Uint8Array) => NalConverter,
  { starts, known, runs }: AnyBytes
): void => {
  const part = fc.tuple(fc.constantFrom(...starts), fc.array(fc.nat(255), { maxLength: LONGEST }))
  const given = [fc.constantFrom(...known), fc.array(part, { maxLength: MOST_PARTS }), fc.nat(MARGIN)] as const
  const property = fc.property(...given, (codecPrivate, parts, margin) => {
    const input = Uint8Array.from([...Array<number>(margin).fill(0), ...parts.flat(2), ...Array<number>(margin).fill(9)])
    const output = new Uint8Array(margin + 2 * input.length).fill(UNTOUCHED)
    const map = createSubsampleMap(runs)
    const converted = converterOf(codecPrivate).convert(input, margin, input.length - margin, output, margin, map)
    expect(output.subarray(0, margin).every((byte) => byte === UNTOUCHED)).toBe(true)
    if (E.isLeft(converted)) return
    const size = converted.right.bytes
    expect(output.subarray(margin + size).every((byte) => byte === UNTOUCHED)).toBe(true)
    const sum = Array.from({ length: map.count }, (_, run) => (map.clear[run] ?? 0) + (map.protected[run] ?? 0))
    expect(sum.reduce((total, run) => total + run, 0)).toBe(size)
  })
  fc.assert(property, { numRuns: RUNS })
}
