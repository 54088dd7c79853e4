import type { TrackDescription } from '../../media/media-description'

/** A NAL unit that was written field by field, so that its parts are known without reading it. */
export interface MadeUnit {
  readonly bytes: Uint8Array
  /** Slices of pictures are what Common Encryption protects; `set` and `delimiter` do not travel in samples of MP4. */
  readonly role: 'slice' | 'set' | 'delimiter' | 'information'
  /** Bytes of NAL unit header and slice header, up to the first byte that has nothing of them. */
  readonly header: number
}

/** One sample of a made track. Times in 100 ns units. */
export interface MadeSample {
  readonly track: number
  /** When it is shown or heard. */
  readonly time: number
  readonly decodeTime: number
  readonly duration: number
  readonly key: boolean
  /** Of a picture its NAL units, of sound the bytes. */
  readonly content: ReadonlyArray<MadeUnit> | Uint8Array
}

/** Tracks and the samples of all of them, in the order of a file. */
export interface MadeMedia {
  readonly tracks: ReadonlyArray<TrackDescription>
  readonly samples: ReadonlyArray<MadeSample>
}

/** The containers that samples can be put in. */
export type MadeContainer = 'asf' | 'mp4'

const START_CODE = Uint8Array.of(0, 0, 0, 1)
const LENGTH_BYTES = 4

const isPicture = (content: MadeSample['content']): content is ReadonlyArray<MadeUnit> => Array.isArray(content)

/** The units that a sample of MP4 has; nothing for sound. */
export const travelling = ({ content }: MadeSample): ReadonlyArray<MadeUnit> | undefined =>
  isPicture(content) ? content.filter(({ role }) => role === 'slice' || role === 'information') : undefined

/** A sample as a container holds it: NAL units behind start codes in ASF, behind lengths in MP4. */
export const sampleBytes = (sample: MadeSample, container: MadeContainer): Uint8Array => {
  const { content } = sample
  if (!isPicture(content)) return content
  if (container === 'asf') return joined(content.flatMap(({ bytes }) => [START_CODE, bytes]))
  return joined((travelling(sample) ?? []).flatMap(({ bytes }) => [lengthOf(bytes), bytes]))
}

const lengthOf = ({ length }: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(LENGTH_BYTES)
  new DataView(bytes.buffer).setUint32(0, length)
  return bytes
}

/** Pieces one after the other, in memory of their own. */
export const joined = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
