import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { putBits } from '../bits/put-bits'
import { dac3Of, parseAc3Frame } from './ac3-frame'
import { eac3Configuration } from './dec3'

type Fields = ReadonlyArray<readonly [number, number]>

/** A frame of Enhanced AC-3 up to its informational metadata, filled up to its size. @source ETSI TS 102 366, E.1.2 */
const frame = (size: number, [strmtyp, substreamid, acmod, lfeon]: readonly [number, number, number, number], rest: Fields): Uint8Array => {
  const bytes = new Uint8Array(size)
  const start: Fields = [[0x0b77, 16], [strmtyp, 2], [substreamid, 3], [size / 2 - 1, 11]]
  const front: Fields = [...start, [0, 2], [3, 2], [acmod, 3], [lfeon, 1], [16, 5], [31, 5], [0, 1]]
  bytes.set(putBits(...front, ...rest))
  return bytes
}
/** No mixing metadata; informational metadata with the service, 2 for the visually impaired. */
const PLAIN: Fields = [[0, 1], [1, 1], [2, 3]]
/** 5.1: levels, a low-frequency level, program scale, definition of three bytes, and one configuration for the frame. */
const MIXED: Fields = [
  [1, 1], [0, 2], [0, 6], [0, 6], [1, 1], [9, 5],
  [1, 1], [0x3f, 6], [0, 1], [3, 2], [1, 5], [0xff_ffff, 24], [1, 1],
  [1, 1], [7, 5], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1],
  [1, 1], [5, 3],
]
const joined = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => Uint8Array.from(Buffer.concat(parts))
const digits = (found: ReturnType<typeof eac3Configuration>): string =>
  E.isRight(found) ? Buffer.from(found.right.dec3).toString('hex') : JSON.stringify(found.left)
const bits = (...fields: Fields): string => Buffer.from(putBits(...fields)).toString('hex')

describe('dec3 (ETSI TS 102 366, F.6)', () => {
  it('lists a program, with the service behind the mixing metadata', () => {
    const rate: Fields = [[192, 13], [0, 3]]
    const program = (bsmod: number, acmod: number, lfeon: number): string =>
      bits(...rate, [0, 2], [16, 5], [0, 2], [bsmod, 3], [acmod, 3], [lfeon, 1], [0, 3], [0, 4], [0, 1])
    expect(digits(eac3Configuration(frame(768, [0, 0, 2, 0], PLAIN)))).toBe(program(2, 2, 0))
    expect(digits(eac3Configuration(frame(768, [0, 0, 7, 1], MIXED)))).toBe(program(5, 7, 1))
  })

  it('counts what depends on a program and where it is heard, and stops where the first comes again', () => {
    // 7.1: the dependent frame has a pair behind, which is bit 6 of chanmap counted from the highest.
    const behind = frame(256, [1, 0, 2, 0], [[1, 1], [1 << 9, 16], ...PLAIN])
    const sample = joined(frame(512, [0, 0, 7, 1], PLAIN), behind, frame(256, [0, 1, 1, 0], PLAIN), frame(512, [0, 0, 7, 1], PLAIN))
    const first: Fields = [[0, 2], [16, 5], [0, 2], [2, 3], [7, 3], [1, 1], [0, 3], [1, 4], [0b0_1000_0000, 9]]
    const second: Fields = [[0, 2], [16, 5], [0, 2], [2, 3], [1, 3], [0, 1], [0, 3], [0, 4], [0, 1]]
    expect(digits(eac3Configuration(sample))).toBe(bits([256, 13], [1, 3], ...first, ...second))
  })

  it('refuses what is no frame, with the place', () => {
    const good = frame(768, [0, 0, 2, 0], PLAIN)
    expect(eac3Configuration(new Uint8Array())).toMatchObject(E.left({ type: 'MalformedMedia', format: 'ac3', at: 0 }))
    expect(eac3Configuration(good.slice(0, 6))).toMatchObject(E.left({ at: 6 }))
    expect(eac3Configuration(joined(good, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)))).toMatchObject(E.left({ at: 768, expected: 'the sync word 0b77' }))
  })

  it('refuses more than its fields have room for', () => {
    const dependent = frame(64, [1, 0, 2, 0], [[0, 1], ...PLAIN])
    const program = frame(64, [0, 0, 2, 0], PLAIN)
    const many = (count: number) => eac3Configuration(joined(program, ...Array.from({ length: count }, () => dependent)))
    expect(many(8)).toMatchObject(E.right({ bitrate: (9 * 64 * 8 * 48_000) / 1536 }))
    expect(many(9)).toMatchObject(E.left({ type: 'MalformedMedia', format: 'ac3', at: 0 }))
    // 4096 bytes are 1024 kbit/s: the seventh is room, the eighth is one kilobit too much.
    const large = (count: number) =>
      eac3Configuration(joined(...Array.from({ length: count }, (_, id) => frame(4096, [0, id, 2, 0], PLAIN))))
    expect(large(7)).toMatchObject(E.right({ bitrate: 7_168_000 }))
    expect(large(8)).toMatchObject(E.left({ type: 'MalformedMedia', at: 0 }))
  })

  it('is made, or refused, of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const sample = Uint8Array.of(0x0b, 0x77, ...bytes)
        expect(['Left', 'Right']).toContain(eac3Configuration(sample)._tag)
        expect(['Left', 'Right']).toContain(parseAc3Frame(sample)._tag)
      })
    )
  })
})

describe('dac3 (ETSI TS 102 366, F.4)', () => {
  it('says what the frame says', () => {
    // 44.1 kHz, 448 kbit/s (code 30), bsid 8, 3/2 with a low-frequency channel.
    const bytes = putBits([0x0b77, 16], [0, 16], [1, 2], [30, 6], [8, 5], [0, 3], [7, 3], [0, 2], [0, 2], [1, 1], [0, 7])
    const found = parseAc3Frame(bytes)
    if (E.isLeft(found)) throw new Error(JSON.stringify(found.left))
    expect(found.right).toMatchObject({ sampleRate: 44_100, channels: 6, bitrate: 448_000 })
    expect(Buffer.from(dac3Of(found.right)).toString('hex')).toBe(bits([1, 2], [8, 5], [0, 3], [7, 3], [1, 1], [15, 5], [0, 5]))
    expect(parseAc3Frame(putBits([0x0b77, 16], [0, 16], [3, 2], [0, 6], [8, 5], [0, 30]))).toMatchObject(E.left({ at: 4 }))
    expect(parseAc3Frame(bytes.slice(0, 5))).toMatchObject(E.left({ at: 5 }))
  })
})
