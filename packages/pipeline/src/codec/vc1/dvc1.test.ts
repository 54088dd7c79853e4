import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { ffmpeg } from '../../isobmff/testing/ffmpeg-run'
import { putBits } from '../bits/put-bits'
import { readDvc1, writeDvc1 } from './dvc1'
import { readSequenceHeader } from './sequence-header'

/** A sequence header field by field. @source SMPTE ST 421, 6.1 */
const sequence = ({ profile = 3, interlaced = 0, display = [[0, 1]] as ReadonlyArray<readonly [number, number]> } = {}): Uint8Array =>
  Uint8Array.of(
    ...[0, 0, 1, 0x0f],
    ...putBits(
      [profile, 2], [3, 3], [1, 2], [0, 3], [0, 5], [0, 1], // level 3, 4:2:0
      [319, 12], [239, 12], // 640 × 480
      [0, 1], [interlaced, 1], [0, 1], [0, 1], [1, 1], [0, 1],
      ...display,
      [0, 1], [1, 1] // no buffer model; the stop bit
    )
  )
/** Shown at 640 × 480, square pixels, 25 pictures a second as numerator 2 and denominator 1. */
const RATE = [[1, 1], [639, 14], [479, 14], [1, 1], [1, 4], [1, 1], [0, 1], [2, 8], [1, 4], [0, 1]] as const
const ENTRY_POINT = Uint8Array.of(0, 0, 1, 0x0e, 0x4a, 0x2c, 0xa0, 0x80)
const joined = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => Uint8Array.from(Buffer.concat(parts))

describe('the sequence header of VC-1', () => {
  it('says size, level, fields and rate, whatever stands in front', () => {
    const bytes = joined(Uint8Array.of(0x25), sequence({ interlaced: 1, display: RATE }), ENTRY_POINT)
    const expected = { level: 3, width: 640, height: 480, interlaced: true, pictureRate: 25 }
    expect(readSequenceHeader(bytes)).toEqual(E.right({ header: expected, units: bytes.slice(1) }))
    expect(readSequenceHeader(sequence())).toMatchObject(E.right({ header: { interlaced: false, pictureRate: undefined } }))
  })

  it('is refused where it is of another profile, or not there', () => {
    expect(readSequenceHeader(sequence({ profile: 1 }))).toMatchObject(E.left({ type: 'UnsupportedMedia', at: 0, what: 'VC-1: profile 1' }))
    expect(readSequenceHeader(Uint8Array.of(0x4e, 0x69, 0x1a, 1))).toMatchObject(E.left({ type: 'MalformedMedia', format: 'vc1' }))
    for (let end = 0; end < 9; end += 1) expect(E.isLeft(readSequenceHeader(sequence().slice(0, end)))).toBe(true)
  })

  it('is followed by as much as there is', () => {
    const long = joined(sequence({ display: RATE }), new Uint8Array(200_000).fill(7))
    const written = writeDvc1(long)
    expect(E.isRight(written) && readDvc1(written.right)).toEqual(long)
  })

  it('is read or refused in any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(['Left', 'Right']).toContain(readSequenceHeader(joined(Uint8Array.of(0, 0, 1, 0x0f), bytes))._tag)
      })
    )
  })
})

whenInstalled('ffmpeg').describe('dvc1', () => {
  it('is what FFmpeg writes, but that it leaves open what follows, and gives the headers back', () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-vc1-'))
    const [stream, file] = [join(folder, 'a.vc1'), join(folder, 'a.mp4')]
    const picture = Uint8Array.of(0, 0, 1, 0x0d, 0xc0, 0, 0x12, 0x34, 0x56)
    const units = joined(sequence(), ENTRY_POINT)
    writeFileSync(stream, joined(units, picture, units, picture))
    ffmpeg(new Uint8Array(), '-f', 'vc1', '-framerate', '25', '-i', stream, '-c', 'copy', '-y', file)
    const bytes = readFileSync(file)
    rmSync(folder, { recursive: true })
    const at = bytes.indexOf('dvc1')
    const theirs = bytes.subarray(at + 4, at - 4 + bytes.readUInt32BE(at - 4))
    const ours = writeDvc1(units)
    if (E.isLeft(ours)) throw new Error(JSON.stringify(ours.left))
    expect(Buffer.from(ours.right.subarray(7))).toEqual(theirs.subarray(7))
    expect(ours.right.subarray(0, 2)).toEqual(Uint8Array.from(theirs.subarray(0, 2)))
    // No interlace; further headers, slices and B pictures are possible.
    expect((ours.right[2] ?? 0) & 0b10_1111).toBe(0b10_0000)
    expect((theirs[2] ?? 0) & 0b10_0000).toBe(0b10_0000)
    expect(readDvc1(theirs)).toEqual(units)
    expect(readDvc1(Uint8Array.of(0x40, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined()
  })
})
