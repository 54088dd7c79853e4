import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { putBits } from '../bits/put-bits'
import { DEPENDENT, parseEac3Frame, type Eac3Frame } from './eac3-frame'
import { malformedAc3 } from './malformed-ac3'

/** A program of a stream, with the frames that depend on it. */
interface Program {
  readonly frame: Eac3Frame
  dependents: number
  places: number
}

/** Programs of a sample at most. @source ETSI TS 102 366, F.6 */
const MOST_PROGRAMS = 8
/** Frames that depend on a program at most: their numbers have three bits. @source ETSI TS 102 366, E.1.3.1.2 */
const MOST_DEPENDENTS = 8
/** Kilobits per second for which `data_rate` has room. */
const MOST_RATE = 0x1fff
/**
 * `chan_loc`, the places that dependent frames add, from `chanmap`: its bits 5 to 12 in their order, and 14 for the second
 * low-frequency channel; bits are counted from the highest in both.
 *
 * @source ETSI TS 102 366, E.1.3.1.8 and Table F.6.1
 */
const placesOf = ({ chanmap = 0 }: Eac3Frame): number => ((chanmap >> 2) & 0x1fe) | ((chanmap >> 1) & 1)

/** The frames of a sample up to where the first program comes again: six blocks may be in several frames. */
const framesOf = (sample: Uint8Array): E.Either<MalformedMedia, ReadonlyArray<Eac3Frame>> => {
  const frames: Eac3Frame[] = []
  const programs = new Set<number>()
  for (let at = 0; at < sample.length; ) {
    const parsed = parseEac3Frame(sample, at)
    if (E.isLeft(parsed)) return parsed
    const { strmtyp, substreamid, size } = parsed.right
    if (strmtyp !== DEPENDENT) {
      if (programs.has(substreamid)) break
      programs.add(substreamid)
    }
    frames.push(parsed.right)
    at += size
  }
  return E.right(frames)
}

const programsOf = (frames: ReadonlyArray<Eac3Frame>): ReadonlyArray<Program> => {
  const programs: Program[] = []
  for (const frame of frames) {
    const last = programs.at(-1)
    if (frame.strmtyp !== DEPENDENT) programs.push({ frame, dependents: 0, places: 0 })
    else if (last !== undefined) {
      last.dependents += 1
      last.places |= placesOf(frame)
    }
  }
  return programs
}

const programBits = ({ frame, dependents, places }: Program): ReadonlyArray<readonly [number, number]> => [
  [frame.fscod, 2],
  [frame.bsid, 5],
  [0, 2], // reserved, and no service of its own
  [frame.bsmod, 3],
  [frame.acmod, 3],
  [frame.lfeon, 1],
  [0, 3],
  [dependents, 4],
  dependents > 0 ? [places, 9] : [0, 1],
]

/** What `dec3` tells, and what a track says besides. */
export interface Eac3Configuration {
  readonly dec3: Uint8Array
  readonly sampleRate: number
  /** Bits per second. */
  readonly bitrate: number
}

/**
 * The configuration of a stream from its first sample, which has a frame of each substream.
 *
 * @errors `MalformedMedia`, offset in `sample`.
 * @source ETSI TS 102 366, F.6
 */
export const eac3Configuration = (sample: Uint8Array): E.Either<MalformedMedia, Eac3Configuration> => {
  const frames = framesOf(sample)
  if (E.isLeft(frames)) return frames
  const programs = programsOf(frames.right)
  const [first] = programs
  if (first === undefined) return malformedAc3(0, 'an independent frame', `${String(frames.right.length)} others`)
  if (programs.length > MOST_PROGRAMS) return malformedAc3(0, 'at most 8 programs', String(programs.length))
  const { sampleRate, samples } = first.frame
  const bytes = frames.right.reduce((sum, { size }) => sum + size, 0)
  const bitrate = Math.round((8 * bytes * sampleRate) / samples)
  if (programs.some(({ dependents }) => dependents > MOST_DEPENDENTS)) {
    return malformedAc3(0, `at most ${MOST_DEPENDENTS} frames that depend on a program`, 'more')
  }
  if (bitrate > 1000 * MOST_RATE) return malformedAc3(0, `at most ${MOST_RATE} kbit/s`, `${bitrate} bit/s`)
  const fields = programs.flatMap(programBits)
  const dec3 = putBits([Math.ceil(bitrate / 1000), 13], [programs.length - 1, 3], ...fields)
  return E.right({ dec3, sampleRate, bitrate })
}
