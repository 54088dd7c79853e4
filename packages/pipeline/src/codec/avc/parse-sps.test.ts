import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { encodeVideo } from '../testing/encoded-video'
import { writtenStreams } from '../testing/random-syntax'
import { avcConfiguration } from './avc-configuration'
import { parseAvcConfiguration, parseAvcRecord } from './parse-avc-configuration'
import { parsePps } from './parse-pps'
import { parseSps } from './parse-sps'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('parseSps', () => {
  // From the `avcC` of x264's output at 96×80, 25 pictures a second.
  const unit = Buffer.from('6764000aacd9462ec04400000300040000030' + '0c83c489658', 'hex')

  it('7.3.2.1.1: reads a set of the high profile', () => {
    expect(parseSps(unit)).toEqual(
      E.right({
        id: 0,
        profile: 100,
        constraints: 0,
        level: 10,
        chromaFormat: 1,
        separateColourPlanes: false,
        bitDepthLuma: 8,
        bitDepthChroma: 8,
        frameNumBits: 4,
        pictureOrder: { type: 0, lsbBits: 6 },
        maxNumRefFrames: 4,
        frameMbsOnly: true,
        mapUnits: 30,
        width: 96,
        height: 80,
        timing: { numUnitsInTick: 1, timeScale: 50, fixedFrameRate: false },
        maxNumReorderFrames: 2,
      })
    )
  })

  it('says where it ends early', () => {
    for (let to = 0; to < unit.length - 1; to += 1) {
      expect(parseSps(unit, 0, to)).toMatchObject({ left: { type: 'MalformedMedia', format: 'avc', at: to } })
    }
  })

  it('refuses another NAL unit, and cropping that leaves nothing', () => {
    expect(parseSps(Uint8Array.of(0x68, ...unit.subarray(1)))).toMatchObject({ left: { at: 1, found: 'type 8' } })
    // Profile 66; 1×1 macroblocks; 8 units of 2 taken from the left.
    const cropped = Buffer.from('674200' + '0a' + 'f8', 'hex')
    expect(E.isLeft(parseSps(cropped))).toBe(true)
  })

  it('returns on any bytes, as do the other readers of sets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(66, 100, 244), (bytes, profile) => {
        const sps = parseSps(Uint8Array.of(0x67, profile, ...bytes))
        if (E.isRight(sps)) expect(Math.min(sps.right.width, sps.right.height)).toBeGreaterThan(0)
        parsePps(Uint8Array.of(0x68, ...bytes))
        parseAvcConfiguration(bytes)
        parseAvcConfiguration(Uint8Array.of(1, ...bytes))
      }),
      { numRuns: 2000 }
    )
  })
})

describe('the configuration record (ISO/IEC 14496-15, 5.3.3.1)', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(writtenStreams(0), { minLength: 1, maxLength: 3 }), (streams) => {
        const sps = streams.map((stream) => stream.sps)
        const pps = streams.map((stream) => stream.pps)
        const record = avcConfiguration(sps, pps)
        const parsed = parseAvcConfiguration(record)
        if (E.isLeft(parsed)) throw new Error(parsed.left.expected)
        expect(parsed.right.spsUnits.map(hex)).toEqual(sps.map(hex))
        expect(parsed.right.ppsUnits.map(hex)).toEqual(pps.map(hex))
        expect(parsed.right.lengthSize).toBe(4)
        expect(parsed.right.profile).toBe(sps[0]?.[1])
      }),
      { numRuns: 40 }
    )
  })

  it('says where a record does not hold', () => {
    const at = (text: string): unknown => {
      const parsed = parseAvcRecord(Buffer.from(text, 'hex'))
      return E.isLeft(parsed) ? parsed.left.at : parsed.right.lengthSize
    }
    expect(at('')).toBe(0)
    expect(at('024d0028ffe100')).toBe(0)
    expect(at('014d0028fee000')).toBe(4)
    expect(at('014d0028ffe1')).toBe(6)
    expect(at('014d0028ffe1000467aabb')).toBe(6)
    expect(at('014d0028ffe1000167')).toBe(9)
    expect(at('014d0028ffe100016701000568')).toBe(10)
    expect(at('014d0028fde000')).toBe(2)
  })

  it('throws for sets that nobody parsed', () => expect(() => avcConfiguration([], [])).toThrow(RangeError))
})

whenInstalled('ffmpeg').describe('parseSps beside FFmpeg', () => {
  it.each([
    ['98x74', ['-bf', '3', '-b_strategy', '0'], 2],
    ['130x66', ['-bf', '0', '-r', '30000/1001'], 0],
    ['96x100', ['-bf', '2', '-flags', '+ilme+ildct', '-x264-params', 'interlaced=1:b-pyramid=none'], 1],
    ['34x38', ['-pix_fmt', 'yuv444p', '-bf', '5', '-x264-params', 'b-pyramid=strict:bframes=5:b-adapt=0'], 2],
    [
      '38x36',
      '-pix_fmt yuv422p10le -b:v 1M -maxrate 1M -bufsize 1M -x264-params nal-hrd=vbr:colorprim=bt709:fullrange=on'.split(' '),
      2,
    ],
  ] as const)('%s %s', (size, options, reorder) => {
    const { record } = encodeVideo(options, size, 20)
    const parsed = parseAvcConfiguration(record)
    if (E.isLeft(parsed)) throw new Error(parsed.left.expected)
    const { sps } = parsed.right
    expect(`${sps.width}x${sps.height}`).toBe(size)
    const rate = (sps.timing?.timeScale ?? 0) / (sps.timing?.numUnitsInTick ?? 1) / 2
    expect(rate).toBeCloseTo(options.join().includes('30000/1001') ? 30000 / 1001 : 25, 9)
    expect(sps.maxNumReorderFrames).toBe(reorder)
  }, 30_000)
})
