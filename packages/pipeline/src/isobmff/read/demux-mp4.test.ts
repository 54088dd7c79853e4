import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { collectingMp4Receiver } from '../testing/collecting-mp4-receiver'
import { fileOf } from '../testing/file-of'
import { handMadeFragment } from '../testing/hand-made-fragment'
import { memorySource } from '../testing/memory-source'
import { ascii, u16, u32, u8 } from '../write/big-endian'
import { fullBox, joined } from '../write/box'
import { buildInit } from '../write/build-init'
import type { Mp4Track } from '../write/mp4-track'
import { demuxMp4 } from './demux-mp4'

const KEY_ID = '00112233445566778899aabbccddeeff'
const OTHER_KEY_ID = 'ffeeddccbbaa99887766554433221100'
const QUICK = 2_000_000

const track: Mp4Track = {
  trackId: 2,
  kind: 'video',
  timescale: 1000,
  sampleEntry: { type: 'avc1', avcC: Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe0, 0) },
  video: { width: 320, height: 180 },
  protection: { scheme: 'cenc', keyId: KEY_ID, ivSize: 8 },
  pssh: [],
}

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'))

const read = async (bytes: Uint8Array, step?: number) => {
  const receiver = collectingMp4Receiver()
  const report = await demuxMp4(memorySource(bytes, step), receiver)()
  return { report, samples: receiver.samples }
}

const good = async (bytes: Uint8Array, step?: number) => {
  const { report, samples } = await read(bytes, step)
  if (E.isLeft(report)) throw new Error(JSON.stringify(report.left))
  return samples
}

const SAMPLES = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6, 7), Uint8Array.of(8)]
const IVS = ['a1a2a3a4a5a6a7a8', 'b1b2b3b4b5b6b7b8', 'c1c2c3c4c5c6c7c8'].map(hex)
const senc = (...infos: ReadonlyArray<Uint8Array>) => () => fullBox('senc', 0, 0, u32(infos.length), ...infos)
const fragment = (boxes: ReadonlyArray<(before: number) => Uint8Array>, more: object = {}): Uint8Array =>
  joined([buildInit(track), handMadeFragment({ track: 2, decodeTime: 5000, samples: SAMPLES, boxes, ...more })])

describe('the samples of a fragment', () => {
  it('come with their places, times and vectors', async () => {
    const bytes = fragment([senc(...IVS)])
    const samples = await good(bytes)
    expect(samples.map(({ bytes: own }) => own)).toEqual(SAMPLES)
    expect(samples.map(({ at, size }) => bytes.slice(at, at + size))).toEqual(SAMPLES)
    expect(samples.map(({ decodeTime, duration }) => [decodeTime, duration])).toEqual([[5000, 40], [5040, 40], [5080, 40]])
    expect(samples.map(({ protection }) => protection)).toEqual(IVS.map((iv) => ({ scheme: 'cenc', keyId: KEY_ID, iv })))
  })

  it('are the same however the bytes arrive', async () => {
    const bytes = fragment([senc(...IVS)])
    const whole = await good(bytes)
    for (const step of [1, 7, 64]) expect(await good(bytes, step)).toEqual(whole)
  })

  it('have their vectors by saiz and saio where there is no senc', async () => {
    const infos = joined(IVS)
    // A box of no known type holds the information; saio points behind its header.
    const held = (before: number): Uint8Array => joined([fullBox('saio', 0, 0, u32(1), u32(before + 20 + 8)), u32(8 + infos.length), ascii('free'), infos])
    const samples = await good(fragment([() => fullBox('saiz', 0, 0, u8(8), u32(3)), held]))
    expect(samples.map(({ protection }) => protection?.iv)).toEqual(IVS)
  })

  it.each([0, 5, 17])('need vectors that the schemes know: none of %i bytes', async (size) => {
    const override = joined([u8(0, 0, 1, size), hex(KEY_ID)])
    const other = () => fullBox('senc', 0, 1, override, u32(3), ...IVS.map(() => new Uint8Array(size)))
    const { report, samples } = await read(fragment([other]))
    expect(report).toMatchObject(
      E.left({ type: 'MalformedMedia', at: buildInit(track).length + 24, expected: 'vectors of 8 or 16 bytes', found: `${String(size)} bytes` })
    )
    expect(samples).toEqual([])
  })

  it('have ranges that must be those of the sample', async () => {
    const ranged = (protectedBytes: number) => () =>
      fullBox('senc', 0, 2, u32(3), ...IVS.flatMap((iv, index) => [iv, u16(1), u16(1), u32(index === 1 ? protectedBytes : (SAMPLES[index]?.length ?? 0) - 1)]))
    const samples = await good(fragment([ranged(3)]))
    expect(samples[1]?.protection?.ranges).toMatchObject({ clear: Uint32Array.of(1), protected: Uint32Array.of(3), count: 1 })
    const { report } = await read(fragment([ranged(4)]))
    expect(report).toMatchObject(E.left({ type: 'MalformedMedia', expected: 'ranges of 4 bytes together', found: '5 bytes' }))
  })

  it('take key, vector and pattern from their group: key rotation', async () => {
    const seig = joined([u8(0, 0x19, 1, 0), hex(OTHER_KEY_ID), u8(16), new Uint8Array(16).fill(9)])
    const sgpd = fullBox('sgpd', 1, 0, ascii('seig'), u32(seig.length), u32(1), seig)
    const clear = joined([u8(0, 0, 0, 0), new Uint8Array(16)])
    const two = fullBox('sgpd', 1, 0, ascii('seig'), u32(0), u32(2), u32(seig.length), seig, u32(clear.length), clear)
    const sbgp = (...rows: ReadonlyArray<number>) => fullBox('sbgp', 0, 0, ascii('seig'), u32(rows.length / 2), u32(...rows))
    const rotated = { scheme: 'cenc', keyId: OTHER_KEY_ID, pattern: { crypt: 1, skip: 9 }, iv: new Uint8Array(16).fill(9) }
    const own = IVS.map((iv) => ({ scheme: 'cenc', keyId: KEY_ID, iv }))
    const [first = new Uint8Array()] = IVS
    // The vector of a group is constant: only the first sample has one of its own.
    const one = await good(fragment([() => sgpd, () => sbgp(1, 0, 2, 0x1_0001), senc(first, new Uint8Array(), new Uint8Array())]))
    expect(one.map(({ protection }) => protection)).toEqual([own[0], rotated, rotated])
    const lead = await good(fragment([() => two, () => sbgp(1, 0x1_0002, 2, 0x1_0001), senc(new Uint8Array(), new Uint8Array())]))
    expect(lead.map(({ protection }) => protection)).toEqual([undefined, rotated, rotated])
    const { report } = await read(fragment([() => sgpd, () => sbgp(3, 0x1_0002), senc(...IVS)]))
    expect(report).toMatchObject(E.left({ type: 'MalformedMedia', expected: 'a group that is described' }))
  })

  it('are refused by name where nothing opens them, and nothing of them comes out', async () => {
    const { report, samples } = await read(fragment([]))
    expect(report).toMatchObject(E.left({ type: 'SampleInfoMissing', track: 2, at: buildInit(track).length + 24 }))
    expect(samples).toEqual([])
  })

  it('are refused where they are larger than what is taken, before anything of them is held', async () => {
    const receiver = collectingMp4Receiver()
    const report = await demuxMp4(memorySource(fragment([senc(...IVS)])), receiver, { largestSample: 3 })()
    expect(report).toMatchObject(E.left({ type: 'SampleTooLarge', bytes: 4, limit: 3 }))
    expect(receiver.samples).toHaveLength(1)
  })

  it('are refused where senc has fewer than there are samples', async () => {
    const { report } = await read(fragment([senc(...IVS.slice(1))]))
    expect(report).toMatchObject(E.left({ type: 'MalformedMedia', expected: 'information for each sample' }))
  })

  it('end the reading where they are cut off', async () => {
    const bytes = fragment([senc(...IVS)])
    for (let end = 1; end < bytes.length; end += 1) {
      const { report } = await read(bytes.slice(0, end))
      // At the end of the header the file is whole, as a header without fragments.
      if (end === buildInit(track).length) expect(report).toMatchObject(E.right({ samples: 0 }))
      else expect(report).toMatchObject(E.left({ type: expect.stringMatching(/^TruncatedMedia$/), at: expect.any(Number) }))
    }
  })
})

describe('any bytes', () => {
  const written = fileOf(track, [
    {
      fragment: {
        sequence: 1,
        trackId: 2,
        baseDecodeTime: 0,
        durations: [40, 40],
        sync: [1, 0],
        crypto: { ivSize: 8, ivs: new Uint8Array(16) },
      },
      samples: [new Uint8Array(30), new Uint8Array(20)],
    },
  ])
  const bases = [written, fragment([senc(...IVS)])]

  it('are read to their end or to a fault with a place, quickly', async () => {
    const change = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) })
    const mutated = fc
      .record({ base: fc.constantFrom(...bases), changes: fc.array(change, { minLength: 1, maxLength: 4 }), cut: fc.option(fc.nat()) })
      .map(({ base, changes, cut }) => {
        const bytes = base.slice()
        for (const { at, bytes: piece } of changes) bytes.set(piece, at % (bytes.length - piece.length))
        return cut === null ? bytes : bytes.slice(0, cut % bytes.length)
      })
    await fc.assert(
      fc.asyncProperty(mutated, async (bytes) => {
        const began = process.cpuUsage()
        const { report } = await read(bytes)
        expect(process.cpuUsage(began).user).toBeLessThan(QUICK)
        if (E.isLeft(report)) expect(report.left).toMatchObject({ at: expect.any(Number) })
      }),
      { numRuns: runs(300) }
    )
  })
})
