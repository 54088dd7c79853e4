import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { fileOf } from '../testing/file-of'
import { boxAt, mp4boxBoxes } from '../testing/mp4box-boxes'
import { mp4boxSamples } from '../testing/mp4box-samples'
import { buildFragment } from './build-fragment'
import type { Fragment } from './fragment'
import type { Mp4Track } from './mp4-track'

const track: Mp4Track = {
  trackId: 1,
  kind: 'audio',
  timescale: 44_100,
  sampleEntry: { type: 'mp4a', audioSpecificConfig: Uint8Array.of(0x12, 0x10), bitrate: 0 },
  audio: { channels: 2, sampleRate: 44_100 },
  pssh: [],
}

const plain: Fragment = {
  sequence: 1,
  trackId: 1,
  baseDecodeTime: 0,
  count: 3,
  sizes: [10, 20, 30],
  durations: [1024, 1024, 1024],
  sync: [1, 1, 1],
}

const u32 = (bytes: Uint8Array, at: number): number => Buffer.from(bytes).readUInt32BE(at)

describe('a fragment', () => {
  it('is compact where all samples agree', () => {
    const { head, mediaBytes } = buildFragment({ ...plain, sizes: [10, 10, 10] })
    expect(mediaBytes).toBe(30)
    // ISO/IEC 14496-12, 8.8: moof 8, mfhd 16, traf 8, tfhd 12+4+12, tfdt 20, trun 12+8; mdat header 8.
    expect(head.length).toBe(8 + 16 + 8 + 28 + 20 + 20 + 8)
    expect(u32(head, 0)).toBe(head.length - 8)
    expect(u32(head, head.length - 8)).toBe(30 + 8)
    expect(Buffer.from(head.subarray(-4)).toString()).toBe('mdat')
  })

  it('gives the first sample flags of its own when only that one is a sync sample', () => {
    const { head } = buildFragment({ ...plain, sync: [1, 0, 0] })
    const traf = boxAt(mp4boxBoxes(Buffer.concat([fileOf(track, []), head, new Uint8Array(60)])), 'moof', 'traf')
    expect(boxAt(traf.boxes ?? [], 'tfhd')).toMatchObject({ default_sample_flags: 0x01010000 })
    expect(boxAt(traf.boxes ?? [], 'trun')).toMatchObject({ version: 1, first_sample_flags: 0x02000000, sample_flags: [] })
  })

  it('is the moof and mdat of a file that mp4box.js reads sample by sample', () => {
    const sample = fc.record({
      size: fc.integer({ min: 0, max: 300 }),
      duration: fc.oneof(fc.constant(1024), fc.integer({ min: 0, max: 0xffff_ffff })),
      offset: fc.oneof(fc.constant(0), fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })),
      sync: fc.integer({ min: 0, max: 1 }),
    })
    const base = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 2 ** 32 - 5, max: 2 ** 45 }))
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), base, (samples, baseDecodeTime) => {
        const payloads = samples.map(({ size }, index) => new Uint8Array(size).fill(index + 1))
        const bytes = fileOf(track, [
          {
            samples: payloads,
            fragment: {
              sequence: 1,
              trackId: 1,
              baseDecodeTime,
              durations: samples.map(({ duration }) => duration),
              compositionOffsets: samples.map(({ offset }) => offset),
              sync: samples.map(({ sync }) => sync),
            },
          },
        ])
        const read = mp4boxSamples(bytes, 1)
        let dts = baseDecodeTime
        expect(read).toHaveLength(samples.length)
        samples.forEach(({ size, duration, offset, sync }, index) => {
          expect(read[index]).toMatchObject({ size, dts, cts: dts + offset, duration, is_sync: sync === 1 })
          const at = read[index]?.offset ?? 0
          expect(bytes.subarray(at, at + size).every((byte) => byte === index + 1)).toBe(true)
          dts += duration
        })
      }),
      { numRuns: runs(200) }
    )
  })

  it.each<readonly [string, Fragment]>([
    ['no samples', { ...plain, count: 0 }],
    ['a size that is missing', { ...plain, count: 4, durations: [1, 1, 1, 1], sync: [1, 1, 1, 1] }],
    ['a duration that is missing', { ...plain, durations: [1024] }],
    ['a negative duration', { ...plain, durations: [1024, -1, 1024] }],
    ['a duration that is no number', { ...plain, durations: [1024, Number.NaN, 1024] }],
    ['a composition offset past 32 bits', { ...plain, compositionOffsets: [0, 2 ** 31, 0] }],
    ['a negative decode time', { ...plain, baseDecodeTime: -1 }],
    ['4 GiB of samples', { ...plain, sizes: [2 ** 31, 2 ** 31, 0] }],
    ['an IV that is missing', { ...plain, crypto: { ivSize: 8, ivs: new Uint8Array(23) } }],
  ])('refuses %s', (_, fragment) => {
    expect(() => buildFragment(fragment)).toThrow(RangeError)
  })
})

describe('the protection of a fragment', () => {
  const moof = (fragment: Fragment): ReturnType<typeof boxAt> => {
    const { head, mediaBytes } = buildFragment(fragment)
    const file = Buffer.concat([fileOf(track, []), head, new Uint8Array(mediaBytes)])
    return boxAt(mp4boxBoxes(file), 'moof')
  }
  const box = (fragment: Fragment, type: string): ReturnType<typeof boxAt> =>
    boxAt(moof(fragment).boxes ?? [], 'traf', type)

  it('points saio at the first IV, counted from moof', () => {
    const ivs = Uint8Array.from({ length: 24 }, (_, index) => 0xa0 + index)
    const fragment = { ...plain, crypto: { ivSize: 8, ivs } } as const
    const { head } = buildFragment(fragment)
    const [offset] = box(fragment, 'saio')['offset'] as ReadonlyArray<number>
    expect(Buffer.from(head.subarray(offset, (offset ?? 0) + 24)).equals(Buffer.from(ivs))).toBe(true)
    expect(box(fragment, 'saiz')).toMatchObject({ default_sample_info_size: 8, sample_count: 3 })
  })

  it('splits a clear run above 65535 bytes', () => {
    const subsamples = { first: [0, 1], clear: [65_535 * 2 + 1], protected: [16] }
    const { head } = buildFragment({
      ...plain,
      count: 1,
      sizes: [65_535 * 2 + 17],
      crypto: { ivSize: 0, ivs: new Uint8Array(0), subsamples },
    })
    const senc = Buffer.from(head).indexOf('senc')
    // flags 2, one sample, three entries: 65535+0, 65535+0, 1+16. ISO/IEC 23001-7, 7.2.
    expect(Buffer.from(head.subarray(senc + 4, -8)).toString('hex')).toBe(
      '00000002' + '00000001' + '0003' + 'ffff' + '00000000' + 'ffff' + '00000000' + '0001' + '00000010'
    )
  })

  it('does not split a clear run of 65535 bytes', () => {
    const subsamples = { first: [0, 1], clear: [65_535], protected: [0] }
    const fragment: Fragment = {
      ...plain,
      count: 1,
      sizes: [65_535],
      crypto: { ivSize: 8, ivs: new Uint8Array(8), subsamples },
    }
    expect(box(fragment, 'saiz')).toMatchObject({ default_sample_info_size: 8 + 2 + 6 })
  })

  it('lists sizes one by one when they differ', () => {
    const subsamples = { first: [0, 1, 3, 4], clear: [4, 2, 2, 30], protected: [6, 8, 8, 0] }
    const fragment = { ...plain, crypto: { ivSize: 8, ivs: new Uint8Array(24), subsamples } } as const
    expect(box(fragment, 'saiz')).toMatchObject({ default_sample_info_size: 0, sample_info_size: [16, 22, 16] })
  })

  it('leaves saiz and saio out where a sample has more than they can count', () => {
    const many = Array.from({ length: 42 }, () => 1)
    const subsamples = { first: [0, 42], clear: many, protected: many }
    const fragment: Fragment = {
      ...plain,
      count: 1,
      sizes: [84],
      crypto: { ivSize: 8, ivs: new Uint8Array(8), subsamples },
    }
    expect(() => box(fragment, 'saiz')).toThrow()
    expect(box(fragment, 'senc')).toMatchObject({ size: 16 + 8 + 2 + 42 * 6 })
  })

  it('has an empty senc and no saiz for a constant IV and samples protected whole', () => {
    const fragment = { ...plain, crypto: { ivSize: 0, ivs: new Uint8Array(0) } } as const
    expect(() => box(fragment, 'saiz')).toThrow()
    expect(() => box(fragment, 'saio')).toThrow()
    expect(box(fragment, 'senc')).toMatchObject({ size: 16, flags: 0 })
  })
})
