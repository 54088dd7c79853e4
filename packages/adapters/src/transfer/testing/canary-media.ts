import { closeSync, openSync, writeSync } from 'node:fs'
import {
  enciphered,
  expectedRanges,
  sampleBytes,
  sampleSequences,
  type MadeMedia,
  type MadeSample,
  type MadeScheme,
} from '@custody/pipeline/testing'
import fc from 'fast-check'

/** Shorter runs are found anywhere. */
const LEAST = 16
const CBCS_PATTERN = { crypt: 1, skip: 9 }

/** Of so many sequences one has pictures and sound enough. */
const DRAWN = 40

/**
 * A sequence of pictures and sound in which there is something to look for. A filter of the generator would look for one without
 * end where small ones are preferred.
 */
export const canaryMedia = (seed: number): MadeMedia => {
  const drawn = fc.sample(sampleSequences({ container: 'asf' }), { seed, numRuns: DRAWN })
  const found = drawn.findLast(
    (media) =>
      media.tracks.some(({ kind }) => kind === 'video') &&
      media.tracks.some(({ kind }) => kind === 'audio') &&
      protectedParts(media, 'cbcs').length > 1
  )
  if (found === undefined) throw new Error('no sequence with pictures and sound')
  return found
}

const isPicture = ({ content }: MadeSample): boolean => Array.isArray(content)

/** Where a scheme of Common Encryption makes samples unreadable, by the map that is independent of the code under test. */
export const protectedParts = ({ samples }: MadeMedia, scheme: MadeScheme): ReadonlyArray<Uint8Array> =>
  samples.flatMap((sample) => {
    const bytes = sampleBytes(sample, 'mp4')
    const pattern = scheme === 'cbcs' && isPicture(sample) ? CBCS_PATTERN : undefined
    return enciphered(bytes.length, { scheme, ranges: expectedRanges(sample, scheme), pattern })
      .filter(({ from, to }) => to - from >= LEAST)
      .map(({ from, to }) => bytes.slice(from, to))
  })

/** Writes secrets one after the other, each behind its length in 4 bytes. */
export const writeSecrets = (file: string, secrets: ReadonlyArray<Uint8Array>): void => {
  const into = openSync(file, 'w')
  for (const secret of secrets) {
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, secret.length)
    writeSync(into, length)
    writeSync(into, secret)
  }
  closeSync(into)
}
