import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import type { Box } from './box-tree'
import { missed, truncated, type DemuxState, type Step } from './demux-state'
import { skipTo, takeListed, takeMedia } from './give-samples'
import { mediaFirst } from './leading-movie'
import type { Mp4Receiver } from './mp4-receiver'
import { readMovie } from './movie'
import { readShifts } from './samples/edit-shift'
import { fragmentSamples } from './samples/fragment-samples'
import { readMovieProtection } from './samples/movie-protection'
import { movieSamples, queueOf, type SampleQueue } from './samples/movie-samples'
import { sourceWalk } from './source-walk'
import { nextTopBox, readHeaderTree, type TopBox } from './top-box'

/** How a file is read. */
export interface Mp4DemuxOptions {
  /** Bytes; a larger sample is a fault. 16 MiB where it is left out. */
  readonly largestSample?: number
}

/** What reading came to. */
export interface Mp4Report {
  /** Bytes that were read. */
  readonly end: number
  readonly samples: number
}

const NOTHING: SampleQueue = queueOf([])
const LARGEST_SAMPLE = 16 * 1024 * 1024

/** A header box with its bytes: offsets are counted from its own header, which is not held. */
const readHeader = async (
  { walk }: DemuxState,
  top: TopBox
): Promise<E.Either<PipelineFault, { readonly box: Box; readonly bytes: Uint8Array }>> => {
  const read = await readHeaderTree(walk, top)
  if (E.isLeft(read)) return read
  const { tree, body } = read.right
  if (tree.cut) return E.left(truncated(walk.at(), `a whole ${top.type} box`))
  const { type, at, headerBytes } = top
  const bytes = new Uint8Array(headerBytes + body.length)
  bytes.set(body, headerBytes)
  return E.right({ box: { type, at, bodyAt: at + headerBytes, body, children: tree.boxes }, bytes })
}

const takeMovie = async (state: DemuxState, top: TopBox): Step => {
  const header = await readHeader(state, top)
  if (E.isLeft(header)) return header
  const { box: moov, bytes } = header.right
  const movie = readMovie(moov, false)
  if (E.isLeft(movie)) return movie
  const shifts = readShifts(moov, movie.right)
  if (E.isLeft(shifts)) return shifts
  const tracks = readMovieProtection(moov, movie.right)
  if (E.isLeft(tracks)) return tracks
  const listed = movieSamples(moov, bytes, tracks.right)
  if (E.isLeft(listed)) return listed
  state.context = { defaults: movie.right.defaults, tracks: tracks.right, ended: new Map() }
  state.shifts = shifts.right
  state.waiting = listed.right
  if (state.early === undefined || listed.right.peek() === undefined) return E.right(undefined)
  return state.walk.jump === undefined ? E.left(mediaFirst(state.early)) : takeListed(state, state.walk.jump)
}

const takeFragment = async (state: DemuxState, top: TopBox): Step => {
  const fault = missed(state)
  if (fault !== undefined) return E.left(fault)
  if (state.context === undefined) return E.left({ type: 'UnsupportedMedia', at: top.at, what: 'a fragment before its header' })
  const header = await readHeader(state, top)
  if (E.isLeft(header)) return header
  const samples = fragmentSamples(header.right.box, header.right.bytes, state.context)
  if (E.isLeft(samples)) return samples
  state.waiting = queueOf(samples.right)
  return E.right(undefined)
}

const takeBox = (state: DemuxState, top: TopBox): Step => {
  if (top.type === 'moov' && state.context === undefined) return takeMovie(state, top)
  if (top.type === 'moof') return takeFragment(state, top)
  if (top.type === 'mdat') return takeMedia(state, top)
  return skipTo(state.walk, top.size === undefined ? Infinity : top.at + top.size)
}

const ended = (state: DemuxState): E.Either<PipelineFault, Mp4Report> => {
  const end = state.walk.at()
  const fault = state.context === undefined ? truncated(end, 'a moov box') : missed(state)
  return fault === undefined ? E.right({ end, samples: state.samples }) : E.left(fault)
}

/**
 * Reads a file in order, fragmented or not: each sample with its bytes as they stand, and with what opens it. The source need not
 * seek; where it can, the header may come behind the media bytes. Memory is one header box and what the receiver holds. Times are
 * those of the presentation: edit lists are applied, and samples that they trim have times below 0.
 *
 * @errors `MalformedMedia`, `TruncatedMedia`; `SampleInfoMissing`; `UnsupportedMedia` for media bytes in front of the header that
 * lists them where the source can only be read in order, for samples that do not lie in order, for edit lists that do more than move
 * the start, and for protection other than Common Encryption; `SampleTooLarge`; those of the source.
 * @source ISO/IEC 14496-12; ISO/IEC 23001-7
 */
export const demuxMp4 =
  (
    source: ByteSource,
    receiver: Mp4Receiver,
    { largestSample = LARGEST_SAMPLE }: Mp4DemuxOptions = {}
  ): TaskEither<PipelineFault, Mp4Report> =>
  async () => {
    const walk = sourceWalk(source)
    const known = { context: undefined, waiting: NOTHING, shifts: new Map(), early: undefined, samples: 0 }
    const state: DemuxState = { walk, receiver, largestSample, ...known }
    while (!receiver.cancelled()) {
      const top = await nextTopBox(walk)
      if (E.isLeft(top)) return top
      if (top.right === 'end') break
      if (top.right === 'cut') return E.left(truncated(walk.at(), 'a whole box header'))
      const taken = await takeBox(state, top.right)
      if (E.isLeft(taken)) return taken
    }
    return receiver.cancelled() ? E.right({ end: walk.at(), samples: state.samples }) : ended(state)
  }
