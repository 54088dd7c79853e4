import fc from 'fast-check'

import { drawnBytes } from './drawn-bytes'
import type { MadeContainer, MadeMedia, MadeSample } from './made-media'
import { madePictures, pictureTrack, type PictureShape } from './made-pictures'
import { madeSound, soundTrack } from './made-sound'

/** Around the blocks of AES, the payloads of packets and what a small batch holds. */
const SIZES = [1, 2, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 159, 160, 161, 255, 256, 257, 700, 1400]

const size = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SIZES) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3000, max: 9000 }) }
)

const pictures = fc.record({
  group: fc.integer({ min: 1, max: 9 }),
  reordered: fc.boolean(),
  cabac: fc.boolean(),
  sliceBytes: fc.array(size, { minLength: 1, maxLength: 6 }),
  slices: fc.constantFrom(1, 1, 2, 3),
  count: fc.integer({ min: 1, max: 14 }),
})

const seed = fc.integer({ min: 0, max: 0x7fff_ffff })

/** What a sequence is drawn within. */
export interface SequenceLimits {
  /** In MP4 made here a file has one track, and a sample may be empty. */
  readonly container: MadeContainer
}

/**
 * Sequences of samples as files have them: pictures (H.264 with real NAL units, slice headers and their order of showing) and
 * sound, in up to three tracks, of sizes from nothing to several batches of a small pool; key flags; decode times and times.
 * The bytes follow from a seed, so that a counterexample is small to tell and can be had again.
 */
export const sampleSequences = ({ container }: SequenceLimits): fc.Arbitrary<MadeMedia> => {
  const any = container === 'mp4' ? fc.oneof({ weight: 9, arbitrary: size }, fc.constant(0)) : size
  const sizes = fc.array(any, { minLength: 1, maxLength: 24 })
  const picture = pictures.map((shape): Part => ({ shape: { ...shape, setsInBand: container === 'asf' }, count: shape.count }))
  const sound = sizes.map((of): Part => ({ sizes: of }))
  const parts: fc.Arbitrary<ReadonlyArray<Part>> =
    container === 'mp4'
      ? fc.oneof(picture, sound).map((part) => [part])
      : fc.oneof(
          fc.tuple(picture, sound),
          fc.tuple(sound),
          fc.tuple(picture),
          fc.tuple(picture, sound, sound)
        )
  return fc.record({ parts, seed }).map(({ parts: of, seed: start }) => madeMedia(of, start))
}

type Part = { readonly shape: PictureShape; readonly count: number } | { readonly sizes: ReadonlyArray<number> }

const madeMedia = (parts: ReadonlyArray<Part>, seedNumber: number): MadeMedia => {
  const tracks = parts.map((part, index) => {
    const bytes = drawnBytes(`${String(seedNumber)} ${String(index)}`)
    return 'shape' in part
      ? { description: pictureTrack(index + 1, part.shape), samples: madePictures(index + 1, part.count, part.shape, bytes) }
      : { description: soundTrack(index + 1), samples: madeSound(index + 1, part.sizes, bytes) }
  })
  return {
    tracks: tracks.map(({ description }) => description),
    samples: tracks.flatMap(({ samples }) => samples).sort((a, b) => byDecoding(a, b)),
  }
}

const byDecoding = (a: MadeSample, b: MadeSample): number => a.decodeTime - b.decodeTime || a.track - b.track
