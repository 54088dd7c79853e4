import fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { runs } from '../../../../../test/gate/runs'
import type { ByteSource } from '../../io/byte-source'
import { fileOf } from '../testing/file-of'
import { memorySource } from '../testing/memory-source'
import { i32, u32 } from '../write/big-endian'
import { box, fullBox, joined } from '../write/box'
import { buildPssh } from '../write/build-pssh'
import { buildSidx } from '../write/build-sidx'
import type { FragmentCrypto } from '../write/fragment'
import type { Mp4Track } from '../write/mp4-track'
import { createProgressiveFile } from '../write/progressive/progressive-file'
import { demuxMp4 } from './demux-mp4'
import { inspectMp4 } from './inspect-mp4'
import type { Mp4Receiver } from './mp4-receiver'

/** Microseconds of this process. */
const QUICK = 1_000_000
const MEMORY = 64 * 1024 * 1024
const LARGEST_SAMPLE = 65_536
const KEY_ID = '00112233445566778899aabbccddeeff'

const protection = { scheme: 'cenc', keyId: KEY_ID, ivSize: 8 } as const
const avcC = Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe0, 0)
const pictures: Mp4Track = {
  trackId: 1,
  kind: 'video',
  timescale: 1000,
  sampleEntry: { type: 'avc1', avcC, bitrate: 9 },
  video: { width: 320, height: 180 },
  edit: { mediaTime: 40 },
  language: 'pt-BR',
  protection,
  pssh: [buildPssh({ systemId: KEY_ID, keyIds: [KEY_ID], data: Uint8Array.of(7) })],
}
const sound: Mp4Track = {
  trackId: 2,
  kind: 'audio',
  timescale: 48_000,
  sampleEntry: { type: 'Opus', dOps: Uint8Array.of(0, 2, 1, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 0) },
  audio: { channels: 2, sampleRate: 48_000 },
  pssh: [],
}
const subsamples = { first: [0, 1, 2], clear: [5, 4], protected: [32, 16] }
const crypto: FragmentCrypto = { ivSize: 8, ivs: new Uint8Array(16), subsamples }
const rotated: FragmentCrypto = { ...crypto, keys: [{ count: 1 }, { count: 1, protection: { ...protection, keyId: 'f'.repeat(32) } }] }
const samples = [new Uint8Array(37).fill(1), new Uint8Array(20).fill(2)]
const timed = { trackId: 1, baseDecodeTime: 0, durations: [40, 40], compositionOffsets: [40, -20], sync: [1, 0] }

const fragmented = fileOf(pictures, [
  { fragment: { ...timed, sequence: 1, crypto: rotated }, samples },
  { fragment: { ...timed, sequence: 2, crypto: { ...crypto, isPiff: true }, baseDecodeTime: 80 }, samples },
])
const indexed = Buffer.concat([
  fragmented,
  buildSidx({ trackId: 1, timescale: 1, earliest: 0, firstOffset: 0, segments: [{ size: 9, duration: 9, startsWithSync: true }] }),
  fullBox('emsg', 0, 0, new Uint8Array(20)),
  fullBox('prft', 0, 0, u32(1, 2, 3)),
  box('what', i32(-1)),
])

const progressive = (reserve: number): Uint8Array => {
  const file = createProgressiveFile([pictures, sound], { reserve })
  const sizes = samples.map(({ length }) => length)
  const parts = [file.start, file.add({ ...timed, count: 2, sizes, crypto }), ...samples]
  parts.push(file.add({ trackId: 2, baseDecodeTime: 480, count: 2, sizes: [3, 3], durations: [960, 960], sync: [1, 1] }), new Uint8Array(6))
  const end = file.end()
  if (end.type === 'Append') return Buffer.concat([...parts, end.bytes])
  const whole = Buffer.concat(parts)
  whole.set(end.bytes, end.at)
  return whole
}
const BASES = [indexed, progressive(0), progressive(4096)].map((base) => Uint8Array.from(base))

const CONTAINERS = new Set(['moov', 'trak', 'edts', 'mdia', 'minf', 'stbl', 'stsd', 'moof', 'traf', 'mvex', 'avc1', 'encv', 'enca', 'sinf', 'schi'])
/** What stands in front of the boxes inside of some. */
const FRONTS: Readonly<Record<string, number>> = { stsd: 8, encv: 78, avc1: 78, enca: 28 }

interface Place {
  readonly at: number
  readonly size: number
}

/** Where the boxes of a base are, all the way down. */
const placesIn = (bytes: Uint8Array, from = 0, end = bytes.length): ReadonlyArray<Place> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const places: Place[] = []
  for (let at = from; at + 8 <= end; ) {
    const size = view.getUint32(at)
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1')
    places.push({ at, size })
    if (CONTAINERS.has(type)) places.push(...placesIn(bytes, at + 8 + (FRONTS[type] ?? 0), at + size))
    at += size
  }
  return places
}
const PLACES = BASES.map((base) => placesIn(base))

const put = (bytes: Uint8Array, at: number, value: number): void => {
  if (at + 4 <= bytes.length) new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, value)
}

type Change = (bytes: Uint8Array, place: Place) => Uint8Array

const numbers = fc.oneof(fc.constantFrom(0, 1, 2, 7, 8, 9, 15, 16, 255, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(2000))
/** Sizes, counts and flags, types, whole boxes, single bytes. */
const changes: fc.Arbitrary<Change> = fc.oneof(
  numbers.map((size): Change => (bytes, { at }) => (put(bytes, at, size), bytes)),
  fc.integer({ min: -9, max: 9 }).map((more): Change => (bytes, { at, size }) => (put(bytes, at, Math.max(0, size + more)), bytes)),
  fc.tuple(fc.nat(8), numbers).map(([word, value]): Change => (bytes, { at }) => (put(bytes, at + 8 + 4 * word, value), bytes)),
  fc.nat().map((from): Change => (bytes, { at }) => {
    bytes.copyWithin(at + 4, (from % bytes.length) & ~3, ((from % bytes.length) & ~3) + 4)
    return bytes
  }),
  fc.constantFrom<Change>(
    (bytes, { at, size }) => joined([bytes.subarray(0, at + size), bytes.subarray(at, at + size), bytes.subarray(at + size)]),
    (bytes, { at, size }) => joined([bytes.subarray(0, at), bytes.subarray(at + size)]),
    (bytes, { at }) => bytes.slice(0, at + 5)
  ),
  fc.tuple(fc.nat(), fc.nat(255)).map(([offset, value]): Change => (bytes, { at, size }) => {
    bytes[at + (offset % Math.max(1, size))] = value
    return bytes
  })
)

const mutated = fc
  .record({ base: fc.nat(BASES.length - 1), list: fc.array(fc.tuple(fc.nat(), changes), { minLength: 1, maxLength: 4 }) })
  .map(({ base, list }) =>
    list.reduce<Uint8Array>((bytes, [pick, change]) => {
      const places = PLACES[base] ?? []
      return change(bytes, places[pick % places.length] ?? { at: 0, size: 8 })
    }, (BASES[base] ?? new Uint8Array()).slice())
  )

/** Holds one sample at a time, and counts. */
const counting = (): Mp4Receiver & { readonly bytes: () => number } => {
  let bytes = 0
  return {
    bytes: () => bytes,
    cancelled: () => false,
    begin: () => 0,
    ready: () => Promise.resolve(),
    write: (_, part) => {
      bytes += part.length
    },
    complete: () => undefined,
  }
}

/** The same bytes, which can be asked by place. */
const seekable = (bytes: Uint8Array): ByteSource => ({
  ...memorySource(bytes),
  readAt: (into, at) =>
    TE.fromIO(() => {
      const part = bytes.subarray(at, at + into.length)
      into.set(part)
      return part.length
    }),
})

const READERS: ReadonlyArray<readonly [string, (bytes: Uint8Array) => Promise<E.Either<unknown, unknown>>]> = [
  ['the demuxer, in order', (bytes) => demuxMp4(memorySource(bytes), counting(), { largestSample: LARGEST_SAMPLE })()],
  ['the demuxer, by place', (bytes) => demuxMp4(seekable(bytes), counting(), { largestSample: LARGEST_SAMPLE })()],
  ['inspection', (bytes) => inspectMp4(memorySource(bytes))()],
]

describe.each(READERS)('mutated MP4 files: %s', (_, read) => {
  it('reads what was not mutated', async () => {
    const answers = await Promise.all(BASES.map(read))
    expect(answers.filter((answer) => E.isRight(answer)).length).toBeGreaterThanOrEqual(2)
  })

  it('ends quickly, in little memory, with the samples or a fault that has a place', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (bytes) => {
        const [began, held] = [process.cpuUsage(), process.memoryUsage()]
        const answer = await read(bytes)
        const { heapUsed, arrayBuffers } = process.memoryUsage()
        expect(process.cpuUsage(began).user).toBeLessThan(QUICK)
        expect(heapUsed + arrayBuffers - held.heapUsed - held.arrayBuffers).toBeLessThan(MEMORY)
        if (E.isLeft(answer)) expect(answer.left).toMatchObject({ at: expect.any(Number) })
      }),
      { numRuns: runs(100) }
    )
  }, 20 * 60_000)

  it('a run that claims two thousand million samples, all alike, is refused and not listed', async () => {
    const [base = new Uint8Array()] = BASES
    const bytes = base.slice()
    const trun = Buffer.from(bytes).indexOf('trun')
    put(bytes, trun + 4, 0x0000_0001)
    put(bytes, trun + 8, 0x7fff_ffff)
    const before = process.memoryUsage().heapUsed
    expect((await read(bytes))._tag).toMatch(/Left|Right/)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(MEMORY)
  })
})
