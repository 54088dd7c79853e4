import { buildFragment } from '../../isobmff/write/build-fragment'
import { buildInit } from '../../isobmff/write/build-init'
import type { FragmentCrypto } from '../../isobmff/write/fragment'
import type { Mp4Track, ProtectionScheme, TrackProtection } from '../../isobmff/write/mp4-track'
import type { TrackDescription } from '../../media/media-description'
import { expectedRanges, type ExpectedRange } from '../oracle/expected-ranges'
import { joined, sampleBytes, type MadeMedia, type MadeSample } from './made-media'
import { CONSTANT_VECTOR, coveredSample, sourceVector, usualPattern, type SourceCover } from './source-cover'

/** How an MP4 file is made. */
export interface MadeMp4 {
  /** Samples in one fragment. */
  readonly fragment: number
  readonly cover?: SourceCover | undefined
}

const UNITS_PER_SECOND = 10_000_000
const PICTURE_CLOCK = 90_000

/** A fragmented MP4 file of the first track, clear or under Common Encryption. */
export const madeMp4 = ({ tracks, samples }: MadeMedia, { fragment, cover }: MadeMp4): Uint8Array => {
  const [track] = tracks
  if (track === undefined) throw new RangeError('a file has a track')
  const timescale = track.audio?.sampleRate ?? PICTURE_CLOCK
  const protection = cover === undefined ? undefined : trackProtection(cover, track.kind === 'video')
  const own = samples.filter((sample) => sample.track === track.number)
  const pieces = [buildInit({ ...headerOf(track, timescale), ...(protection && { protection }) })]
  for (let first = 0; first < own.length; first += fragment) {
    pieces.push(...fragmentOf(own.slice(first, first + fragment), { first, fragment, timescale, cover, protection }))
  }
  return joined(pieces)
}

const headerOf = ({ kind, audio, video, codecPrivate }: TrackDescription, timescale: number): Mp4Track => ({
  trackId: 1,
  kind: kind === 'video' ? 'video' : 'audio',
  timescale,
  sampleEntry: kind === 'video' ? { type: 'avc1', avcC: codecPrivate } : { type: 'mp4a', audioSpecificConfig: codecPrivate },
  ...(audio && { audio }),
  ...(video && { video }),
  pssh: [],
})

const trackProtection = ({ scheme, keyId }: SourceCover, isPicture: boolean): TrackProtection => {
  const pattern = usualPattern(scheme, isPicture)
  const named = { scheme: scheme as ProtectionScheme, keyId, ...(pattern && { pattern }) }
  if (scheme === 'cbcs') return { ...named, ivSize: 0, constantIv: CONSTANT_VECTOR }
  return { ...named, ivSize: scheme === 'cbc1' ? 16 : 8 }
}

interface Place {
  readonly first: number
  readonly fragment: number
  readonly timescale: number
  readonly cover: SourceCover | undefined
  readonly protection: TrackProtection | undefined
}

const fragmentOf = (samples: ReadonlyArray<MadeSample>, place: Place): ReadonlyArray<Uint8Array> => {
  const { first, fragment, timescale, cover, protection } = place
  const ticks = (time: number): number => Math.round((time * timescale) / UNITS_PER_SECOND)
  const covers = samples.map((sample, index) => coverOf(sample, first + index, place))
  const bytes = samples.map((sample, index) => {
    const clear = sampleBytes(sample, 'mp4')
    return cover === undefined ? clear : coveredSample(clear, cover, covers[index] ?? { iv: CONSTANT_VECTOR })
  })
  const { head } = buildFragment({
    sequence: first / fragment + 1,
    trackId: 1,
    baseDecodeTime: ticks(samples[0]?.decodeTime ?? 0),
    count: samples.length,
    sizes: bytes.map(({ length }) => length),
    durations: samples.map(({ decodeTime, duration }) => ticks(decodeTime + duration) - ticks(decodeTime)),
    compositionOffsets: samples.map(({ time, decodeTime }) => ticks(time) - ticks(decodeTime)),
    sync: samples.map(({ key }) => (key ? 1 : 0)),
    ...(protection && { crypto: cryptoOf(protection, covers) }),
  })
  return [head, ...bytes]
}

interface Cover {
  readonly iv: Uint8Array
  readonly ranges: ReadonlyArray<ExpectedRange> | undefined
  readonly pattern: ReturnType<typeof usualPattern>
}

const coverOf = (sample: MadeSample, index: number, { cover, protection }: Place): Cover => ({
  iv: protection?.constantIv ?? sourceVector(index),
  ranges: cover === undefined ? undefined : expectedRanges(sample, cover.scheme),
  pattern: protection?.pattern,
})

const cryptoOf = ({ ivSize }: TrackProtection, covers: ReadonlyArray<Cover>): FragmentCrypto => {
  const ivs = joined(covers.map(({ iv }) => iv.subarray(0, ivSize)))
  if (covers.every(({ ranges }) => ranges === undefined)) return { ivSize, ivs }
  const all = covers.flatMap(({ ranges = [] }) => ranges)
  const first = [0]
  for (const { ranges = [] } of covers) first.push((first.at(-1) ?? 0) + ranges.length)
  return { ivSize, ivs, subsamples: { first, clear: all.map(([clear]) => clear), protected: all.map(([, covered]) => covered) } }
}
