import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import type { MediaReport } from '../../media/media-report'
import { fileOf } from '../testing/file-of'
import { memorySource } from '../testing/memory-source'
import { ascii, u32 } from '../write/big-endian'
import { box, fullBox } from '../write/box'
import { buildPssh } from '../write/build-pssh'
import type { Mp4Track } from '../write/mp4-track'
import { inspectMp4 } from './inspect-mp4'
import { isMp4Start } from './mp4-start'

const keyId = '00112233445566778899aabbccddeeff'
const systemId = 'edef8ba979d64acea3c827dcd51d21ed'

const track: Mp4Track = {
  trackId: 2,
  kind: 'video',
  timescale: 1000,
  sampleEntry: { type: 'avc1', avcC: Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe0, 0) },
  video: { width: 320, height: 180 },
  language: 'de-CH',
  protection: { scheme: 'cenc', keyId, ivSize: 8 },
  pssh: [buildPssh({ systemId, keyIds: [keyId], data: Uint8Array.of(1, 2) })],
}

const part = (sequence: number, baseDecodeTime: number, sync: ReadonlyArray<number>) => ({
  fragment: {
    sequence,
    trackId: 2,
    baseDecodeTime,
    durations: sync.map(() => 40),
    sync,
    crypto: { ivSize: 8, ivs: new Uint8Array(8 * sync.length) },
  } as const,
  samples: sync.map((_, index) => new Uint8Array(10 + index)),
})

const whole = fileOf(track, [part(1, 5000, [1, 0, 0]), part(2, 5120, [1, 0, 1, 0])])

const inspect = (bytes: Uint8Array, step?: number) => inspectMp4(memorySource(bytes, step))()

const reportOf = async (bytes: Uint8Array): Promise<MediaReport> => {
  const report = await inspect(bytes)
  if (E.isLeft(report)) throw new Error(JSON.stringify(report.left))
  return report.right
}

describe('a fragmented, protected file', () => {
  it('is reported with its track, its protection and its counts', async () => {
    const { description, counts, duration, warnings } = await reportOf(whole)
    expect(description).toMatchObject({
      container: 'mp4',
      duration: undefined,
      tracks: [
        {
          number: 2,
          kind: 'video',
          codec: 'h264',
          video: { width: 320, height: 180 },
          encrypted: true,
          averageFrameTime: 400_000,
          language: 'de-CH',
        },
      ],
      protection: [{ kind: 'pssh', systemId }, { kind: 'schm' }, { kind: 'tenc' }],
    })
    expect(counts).toEqual([{ number: 2, samples: 7, bytes: 10 + 11 + 12 + 10 + 11 + 12 + 13, keyFrames: 3 }])
    expect(duration).toBe(7 * 400_000)
    expect(warnings).toEqual([])
  })

  it('says where protection headers stand', async () => {
    const { description } = await reportOf(whole)
    for (const { kind, at, data } of description.protection) {
      expect(Buffer.from(whole.subarray(at + 4, at + 8)).toString()).toBe(kind)
      expect(Buffer.from(whole.subarray(at + 8, at + 8 + data.length)).equals(Buffer.from(data))).toBe(true)
    }
  })

  it('is the same however its bytes come', async () => {
    const report = await inspect(whole)
    for (const step of [1, 7, 4096]) expect(await inspect(whole, step)).toEqual(report)
  })

  it('is reported as far as it goes when it is cut short anywhere', async () => {
    for (let length = 8; length < whole.length; length += 1) {
      const { warnings } = await reportOf(whole.subarray(0, length))
      const isBoundary = warnings.length === 0
      if (!isBoundary) expect(warnings[0]?.offset).toBeLessThanOrEqual(length)
    }
    expect((await reportOf(whole.subarray(0, -1))).counts[0]?.samples).toBe(7)
  })
})

describe('the boxes at the top of a file', () => {
  const ftyp = box('ftyp', ascii('iso6'), u32(0))
  const join = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => Buffer.concat(parts)

  const tkhd = fullBox('tkhd', 0, 0, u32(0, 0, 1))
  const hugeStsz = fullBox('stsz', 0, 0, u32(0, 0xffff_ffff))

  it('may go on to the end, and have 64-bit sizes', async () => {
    const long = join(u32(1), ascii('mdat'), u32(0, 17), Uint8Array.of(9))
    const open = join(u32(0), ascii('mdat'), new Uint8Array(1000))
    const init = fileOf(track, [])
    expect((await reportOf(join(init, long, open))).warnings).toEqual([])
    const moovToEnd = join(u32(0), init.subarray(ftyp.length + 12))
    expect((await reportOf(join(init.subarray(0, ftyp.length + 8), moovToEnd))).description.tracks).toHaveLength(1)
  })

  it.each<readonly [string, Uint8Array, number]>([
    ['no MP4 at all', new Uint8Array(100).fill(0x41), 0],
    ['a size below 8', join(ftyp, u32(7), ascii('free')), 16],
    ['a 64-bit size below 16', join(ftyp, u32(1), ascii('free'), u32(0, 15)), 16],
    ['a child past its parent', join(ftyp, box('moov', u32(100), ascii('free'))), 24],
    ['a box that is too short for its fields', join(ftyp, box('moov', fullBox('mvhd', 0, 0, u32(0)))), 32],
    [
      'a table with more rows than bytes',
      join(ftyp, box('moov', box('trak', tkhd, box('mdia', box('minf', box('stbl', hugeStsz)))))),
      96,
    ],
    [
      'a run with more samples than bytes',
      join(ftyp, box('moof', box('traf', fullBox('tfhd', 0, 0, u32(1)), fullBox('trun', 0, 0x200, u32(0xffff_ffff))))),
      56,
    ],
  ])('refuses %s', async (_, bytes, at) => {
    expect(await inspect(bytes)).toMatchObject(E.left({ type: 'MalformedMedia', format: 'mp4', at }))
  })

  it('refuses an empty file as cut short', async () => {
    expect(await inspect(new Uint8Array(0))).toMatchObject(E.left({ type: 'TruncatedMedia', format: 'mp4', at: 0 }))
  })

  it('holds no more than 64 MiB of a header', async () => {
    const bytes = join(ftyp, u32(64 * 1024 * 1024 + 9), ascii('moov'))
    expect(await inspect(bytes)).toMatchObject(E.left({ type: 'UnsupportedMedia', at: 16 }))
  })

  it('does not loop over samples that only a count claims', async () => {
    const trun = fullBox('trun', 0, 0, u32(0xffff_ffff))
    const traf = box('traf', fullBox('tfhd', 0, 0x18, u32(1, 1, 3)), trun)
    const { counts, warnings } = await reportOf(join(ftyp, box('moof', traf)))
    expect(counts).toEqual([{ number: 1, samples: 0xffff_ffff, bytes: 3 * 0xffff_ffff, keyFrames: 0xffff_ffff }])
    expect(warnings.map(({ what }) => what)).toEqual([
      'no header describes track 1',
      'the file has no moov box: tracks are not described',
    ])
  })

  it('keeps one of the pssh boxes that fragments repeat', async () => {
    const pssh = buildPssh({ systemId, data: Uint8Array.of(5) })
    const other = buildPssh({ systemId, data: Uint8Array.of(6) })
    const { description } = await reportOf(join(ftyp, box('moof', pssh), box('moof', pssh), box('moof', other)))
    expect(description.protection.map(({ data }) => data.at(-1))).toEqual([5, 6])
  })

  it('hands on what the source reports', async () => {
    const fault = { type: 'SourceFailed', place: 'memory', code: 'EIO' } as const
    const source = { ...memorySource(ftyp), read: () => async () => E.left(fault) }
    expect(await inspectMp4(source)()).toEqual(E.left(fault))
  })
})

describe('any bytes', () => {
  it('are answered, and soon', async () => {
    const edit = fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.integer({ min: 0, max: 255 }) })
    const mutated = fc.tuple(fc.array(edit, { maxLength: 8 }), fc.nat({ max: whole.length })).map(([edits, cut]) => {
      const bytes = Uint8Array.from(whole)
      for (const { at, byte } of edits) bytes[at] = byte
      return cut % 3 === 0 ? bytes.subarray(0, cut) : bytes
    })
    const anything = fc.oneof({ weight: 5, arbitrary: mutated }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) })
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        const report = await inspect(bytes)
        if (E.isLeft(report)) expect(['MalformedMedia', 'TruncatedMedia', 'UnsupportedMedia']).toContain(report.left.type)
      }),
      { numRuns: runs(1000), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true }
    )
  })
})

describe('the first bytes', () => {
  it.each([
    ['00000018 66747970', true],
    ['00000000 6d646174', true],
    ['00000001 6d646174', true],
    ['00000018 73747970', true],
    ['00000007 66747970', false],
    ['3026b275 8e66cf11', false], // ASF
    ['00000018 667479', false],
    ['', false],
  ])('%s: MP4 is %s', (hex, answer) => {
    expect(isMp4Start(Uint8Array.from(Buffer.from(hex.replace(' ', ''), 'hex')))).toBe(answer)
  })
})
