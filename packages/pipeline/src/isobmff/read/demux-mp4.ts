import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import { NO_ROOM } from '../../media/sample-receiver'
import type { Box } from './box-tree'
import { malformed } from './malformed'
import { readMovie } from './movie'
import { fragmentSamples, type FragmentContext } from './samples/fragment-samples'
import type { Mp4Sample } from './samples/listed-sample'
import { readMovieProtection } from './samples/movie-protection'
import { movieSamples, queueOf, type SampleQueue } from './samples/movie-samples'
import { sourceWalk, type SourceWalk } from './source-walk'
import { nextTopBox, readHeaderTree, type TopBox } from './top-box'

/** Where the samples of an MP4 file go. One is open at a time. */
export interface Mp4Receiver {
  /** True when nobody wants further samples; the demuxer stops at its next step. */
  readonly cancelled: () => boolean
  /** Opens a sample. @returns a slot, or `NO_ROOM`. */
  readonly begin: (sample: Mp4Sample) => number
  /** Resolves when `begin` may be asked again; rejects with a `PipelineError` when it never may. */
  readonly ready: () => Promise<void>
  /** Copies bytes to offset `into` of the sample; they are good until this returns. */
  readonly write: (slot: number, bytes: Uint8Array, into: number) => void
  readonly complete: (slot: number) => void
}

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

type Done = Promise<E.Either<PipelineFault, void>>

/** What is known in the middle of a file. */
interface State {
  readonly walk: SourceWalk
  readonly receiver: Mp4Receiver
  readonly largestSample: number
  context: FragmentContext | undefined
  /** Samples whose bytes come, in the order of the file. */
  waiting: SampleQueue
  /** Where media bytes began that came before their header. */
  early: number | undefined
  samples: number
}

const NOTHING: SampleQueue = queueOf([])
const LARGEST_SAMPLE = 16 * 1024 * 1024

const truncated = (at: number, expected: string): PipelineFault => ({ type: 'TruncatedMedia', format: 'mp4', at, expected })

const unsupported = (at: number, what: string): E.Either<PipelineFault, never> => E.left({ type: 'UnsupportedMedia', at, what })

/** A header box with its bytes: offsets are counted from its own header, which is not held. */
const readHeader = async (
  { walk }: State,
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

const takeMovie = async (state: State, top: TopBox): Done => {
  const header = await readHeader(state, top)
  if (E.isLeft(header)) return header
  const { box: moov, bytes } = header.right
  const movie = readMovie(moov, false)
  if (E.isLeft(movie)) return movie
  const tracks = readMovieProtection(moov, movie.right)
  if (E.isLeft(tracks)) return tracks
  const listed = movieSamples(moov, bytes, tracks.right)
  if (E.isLeft(listed)) return listed
  if (state.early !== undefined && listed.right.peek() !== undefined) {
    return unsupported(state.early, 'media bytes before the header that lists their samples')
  }
  state.context = { defaults: movie.right.defaults, tracks: tracks.right, ended: new Map() }
  state.waiting = listed.right
  return E.right(undefined)
}

/** What is wrong when samples are left whose bytes do not come. */
const missed = ({ waiting, walk }: State): PipelineFault | undefined => {
  const next = waiting.peek()
  if (next === undefined) return undefined
  if (E.isLeft(next)) return next.left
  return truncated(walk.at(), `a sample at ${String(next.right.at)} of ${String(next.right.size)} bytes`)
}

const takeFragment = async (state: State, top: TopBox): Done => {
  const fault = missed(state)
  if (fault !== undefined) return E.left(fault)
  if (state.context === undefined) return unsupported(top.at, 'a fragment before its header')
  const header = await readHeader(state, top)
  if (E.isLeft(header)) return header
  const samples = fragmentSamples(header.right.box, header.right.bytes, state.context)
  if (E.isLeft(samples)) return samples
  state.waiting = queueOf(samples.right)
  return E.right(undefined)
}

const opened = async (receiver: Mp4Receiver, sample: Mp4Sample): Promise<number> => {
  for (;;) {
    const slot = receiver.begin(sample)
    if (slot !== NO_ROOM || receiver.cancelled()) return slot
    await receiver.ready()
  }
}

const readSample = async ({ walk, receiver }: State, sample: Mp4Sample): Done => {
  const skipped = await walk.skip(sample.at - walk.at())
  if (E.isLeft(skipped)) return skipped
  const slot = await opened(receiver, sample)
  if (slot === NO_ROOM) return E.right(undefined)
  for (let into = 0; into < sample.size; ) {
    const part = await walk.part(sample.size - into)
    if (E.isLeft(part)) return part
    if (part.right.length === 0) return E.left(truncated(walk.at(), `a sample up to ${String(sample.at + sample.size)}`))
    receiver.write(slot, part.right, into)
    into += part.right.length
  }
  receiver.complete(slot)
  return E.right(undefined)
}

/** Gives the samples that lie in a box of media bytes, and goes to its end. */
const takeMedia = async (state: State, top: TopBox): Done => {
  const { walk, receiver } = state
  const end = top.size === undefined ? Infinity : top.at + top.size
  if (state.context === undefined) state.early ??= top.at
  while (!receiver.cancelled()) {
    const next = state.waiting.peek()
    if (next === undefined) break
    if (E.isLeft(next)) return next
    const { at, size } = next.right
    if (at >= end) break
    if (at < walk.at()) return unsupported(at, 'a sample that lies before what was read')
    if (size > state.largestSample) return E.left({ type: 'SampleTooLarge', at, bytes: size, limit: state.largestSample })
    if (at + size > end) return E.left(malformed(at, `a sample that ends at ${String(end)}`, `${String(size)} bytes`))
    const read = await readSample(state, next.right)
    if (E.isLeft(read)) return read
    state.samples += 1
    state.waiting.take()
  }
  return receiver.cancelled() ? E.right(undefined) : skipTo(walk, end)
}

const skipTo = async (walk: SourceWalk, end: number): Done => {
  const size = end === Infinity ? undefined : end - walk.at()
  const skipped = await walk.skip(size)
  if (E.isLeft(skipped)) return skipped
  return size === undefined || skipped.right === size ? E.right(undefined) : E.left(truncated(walk.at(), `a box up to ${String(end)}`))
}

const takeBox = (state: State, top: TopBox): Done => {
  if (top.type === 'moov' && state.context === undefined) return takeMovie(state, top)
  if (top.type === 'moof') return takeFragment(state, top)
  if (top.type === 'mdat') return takeMedia(state, top)
  return skipTo(state.walk, top.size === undefined ? Infinity : top.at + top.size)
}

const ended = (state: State): E.Either<PipelineFault, Mp4Report> => {
  const end = state.walk.at()
  const fault = state.context === undefined ? truncated(end, 'a moov box') : missed(state)
  return fault === undefined ? E.right({ end, samples: state.samples }) : E.left(fault)
}

/**
 * Reads a file in order, fragmented or not, from a source that need not seek: each sample with its bytes as they stand, and with
 * what opens it. Memory is one header box and what the receiver holds.
 *
 * @errors `MalformedMedia`, `TruncatedMedia`; `SampleInfoMissing`; `UnsupportedMedia` for media bytes in front of the header that
 * lists them, for samples that do not lie in order, and for protection other than Common Encryption; `SampleTooLarge`; those of the
 * source.
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
    const state: State = { walk, receiver, largestSample, context: undefined, waiting: NOTHING, early: undefined, samples: 0 }
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
