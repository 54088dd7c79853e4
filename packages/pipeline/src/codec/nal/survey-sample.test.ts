import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { createAvcConverter } from '../avc/avc-converter'
import { createHevcConverter } from '../hevc/hevc-converter'
import { encodeVideo, H264, H265, type EncodedVideo } from '../testing/encoded-video'
import type { NalConverter, PartlyClear } from './converted-sample'
import { createSubsampleMap, type SubsampleMap } from './subsample-map'

/** Bytes of a cipher's block. */
const BLOCK = 16

interface Watched extends PartlyClear {
  /** Offsets that were asked for. */
  readonly seen: ReadonlySet<number>
}

/** What was not uncovered reads as noise. */
const partly = (sample: Uint8Array): Watched => {
  const bytes = new Uint8Array(sample.length).fill(0xa5)
  const seen = new Set<number>()
  return {
    bytes,
    seen,
    uncover: (from, to) => {
      bytes.set(sample.subarray(from, to), from)
      for (let at = from; at < to; at += 1) seen.add(at)
    },
  }
}

const entries = ({ clear, protected: covered, count }: SubsampleMap): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: count }, (_, row) => [clear[row] ?? 0, covered[row] ?? 0])

/** Offsets that the map leaves clear, and those of less than a block behind each: what a header may be read ahead. */
const readable = (map: SubsampleMap): ReadonlySet<number> => {
  const offsets = new Set<number>()
  let at = 0
  for (const [clear, covered] of entries(map)) {
    for (let n = 0; n < clear + Math.min(covered, BLOCK - 1); n += 1) offsets.add(at + n)
    at += clear + covered
  }
  return offsets
}

const prefixed = (make: (record: Uint8Array) => NalConverter, { record, samples }: EncodedVideo) => {
  const converter = make(record)
  const map = createSubsampleMap('to-the-end')
  return samples.map(({ bytes }) => {
    const output = new Uint8Array(2 * bytes.length)
    const converted = converter.convert(bytes, 0, bytes.length, output, 0, map)
    if (E.isLeft(converted)) throw new Error(JSON.stringify(converted.left))
    return { bytes: output.subarray(0, converted.right.bytes), converted: converted.right, entries: entries(map) }
  })
}

const CODECS = [
  ['H.264', H264, createAvcConverter, ['-x264-params', 'bframes=3:slices=3:keyint=12']],
  ['H.264 with weights', H264, createAvcConverter, ['-x264-params', 'bframes=3:weightp=2:ref=5', '-vf', 'fade=out:0:30']],
  ['H.265', H265, createHevcConverter, ['-x265-params', 'log-level=none:bframes=3:ctu=16:wpp=1:slices=3']],
] as const

whenInstalled('ffmpeg').describe('surveying samples', () => {
  describe.each(CODECS)('of %s', (_, codec, make, options) => {
    let video: EncodedVideo
    let samples: ReturnType<typeof prefixed>
    beforeAll(() => {
      video = encodeVideo(options, undefined, undefined, codec)
      samples = prefixed(make, video)
    })

    it('R2: finds what converting finds, and asks for headers only', () => {
      const converter = make(video.record)
      const map = createSubsampleMap('to-the-end')
      for (const { bytes, converted, entries: wanted } of samples) {
        const sample = partly(bytes)
        expect(converter.survey(sample, map)).toEqual(E.right(converted))
        expect(entries(map)).toEqual(wanted)
        const allowed = readable(map)
        expect([...sample.seen].filter((at) => !allowed.has(at))).toEqual([])
      }
      expect(samples.length).toBeGreaterThan(10)
    })

    it('leaves a sample to be converted that does not stay as it is, and takes in nothing of it', () => {
      const converter = make(video.record)
      const map = createSubsampleMap('to-the-end')
      const [first] = samples
      if (first === undefined) throw new Error('no sample')
      const delimiter = codec === H264 ? [0, 0, 0, 2, 9, 0xf0] : [0, 0, 0, 3, 0x46, 1, 0x50]
      const survey = (bytes: Uint8Array): unknown => converter.survey(partly(bytes), map)
      expect(survey(Uint8Array.from([...delimiter, ...first.bytes]))).toEqual(E.right(undefined))
      expect(survey(Uint8Array.from([0, 0, 0, 0, ...first.bytes]))).toEqual(E.right(undefined))
      expect(survey(first.bytes.subarray(0, first.bytes.length - 1))).toEqual(E.right(undefined))
      expect(survey(Uint8Array.from([0, 0, 0, 3, 0xff, 1, 0x50]))).toEqual(E.right(undefined))
      expect(survey(first.bytes)).toEqual(E.right(first.converted))
    })

    it('leaves samples behind start codes and lengths of other sizes to be converted', () => {
      const map = createSubsampleMap('to-the-end')
      const [first] = samples
      if (first === undefined) throw new Error('no sample')
      const short = video.record.with(codec === H264 ? 4 : 21, ((video.record[codec === H264 ? 4 : 21] ?? 0) & 0xfc) | 1)
      expect(make(short).survey(partly(first.bytes), map)).toEqual(E.right(undefined))
      expect(make(new Uint8Array()).survey(partly(first.bytes), map)).toEqual(E.right(undefined))
      expect([make(short).fromStartCodes, make(new Uint8Array()).fromStartCodes]).toEqual([false, true])
    })
  })
})
