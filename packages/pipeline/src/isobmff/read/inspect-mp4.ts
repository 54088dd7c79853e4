import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { MediaFault, PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import type { MediaReport } from '../../media/media-report'
import { fourccText } from '../fourcc'
import type { Box, BoxTree } from './box-tree'
import { addTrackFragment } from './fragment-tally'
import { initialInspectState, tallyFor, warned, withFragmentHeaders, withMovie } from './inspect-state'
import type { InspectState } from './inspect-state'
import { malformed } from './malformed'
import { mediaReport } from './media-report'
import { readMovie } from './movie'
import { sourceWalk } from './source-walk'
import type { SourceWalk } from './source-walk'
import { nextTopBox, readHeaderTree } from './top-box'
import type { TopBox } from './top-box'

/** Brands are a few bytes each; what goes past this is skipped. */
const FTYP_MAX = 4096
const QUICKTIME = 'qt  '

type Step = Promise<E.Either<PipelineFault, InspectState>>

const applyMovie = (state: InspectState, moov: Box): E.Either<MediaFault, InspectState> => {
  if (state.movie !== undefined) return E.right(warned(state, moov.at, 'a second moov box is left out'))
  return E.map((movie: Parameters<typeof withMovie>[1]) => withMovie({ ...state, known: true }, movie))(
    readMovie(moov, state.quickTime)
  )
}

const applyFragment = (state: InspectState, moof: Box): E.Either<MediaFault, InspectState> => {
  let next = withFragmentHeaders({ ...state, known: true }, moof.children.filter((box) => box.type === 'pssh'))
  const defaults = state.movie?.defaults ?? new Map()
  const tallyOf = (id: number, at: number) => {
    if (!next.tallies.has(id)) next = warned(next, at, `no header describes track ${id}`)
    return tallyFor(next, id)
  }
  for (const traf of moof.children.filter((box) => box.type === 'traf')) {
    const added = addTrackFragment(traf, defaults, tallyOf)
    if (E.isLeft(added)) return added
  }
  return E.right(next)
}

const applyHeaderBox = (state: InspectState, box: TopBox, tree: BoxTree): E.Either<MediaFault, InspectState> => {
  const whole: Box = {
    type: box.type,
    at: box.at,
    bodyAt: box.at + box.headerBytes,
    body: new Uint8Array(0),
    children: tree.boxes,
  }
  const next = box.type === 'moov' ? applyMovie(state, whole) : applyFragment(state, whole)
  if (!tree.cut) return next
  return E.map((done: InspectState) => warned(done, box.at, `the file ends inside ${box.type}`))(next)
}

const readHeaderBox = async (state: InspectState, walk: SourceWalk, box: TopBox): Step => {
  const tree = await readHeaderTree(walk, box)
  return E.isLeft(tree) ? tree : applyHeaderBox(state, box, tree.right.tree)
}

const readBrand = async (state: InspectState, walk: SourceWalk, box: TopBox): Step => {
  const length = box.size === undefined ? undefined : box.size - box.headerBytes
  const brands = await walk.take(Math.min(length ?? FTYP_MAX, FTYP_MAX))
  if (E.isLeft(brands)) return brands
  const quickTime = brands.right.length >= 4 && fourccText(brands.right, 0) === QUICKTIME
  const rest = length === undefined ? undefined : length - brands.right.length
  return skipRest({ ...state, known: true, quickTime }, walk, box, rest)
}

const skipRest = async (state: InspectState, walk: SourceWalk, box: TopBox, rest: number | undefined): Step => {
  const skipped = await walk.skip(rest)
  if (E.isLeft(skipped)) return skipped
  if (rest === undefined || skipped.right === rest) return E.right(state)
  return E.right(warned(state, box.at, `the file ends inside ${box.type}, ${rest - skipped.right} bytes short`))
}

const readTopBox = (state: InspectState, walk: SourceWalk, box: TopBox): Step => {
  if (box.type === 'moov' || box.type === 'moof') return readHeaderBox(state, walk, box)
  if (box.type === 'ftyp') return readBrand(state, walk, box)
  return skipRest(state, walk, box, box.size === undefined ? undefined : box.size - box.headerBytes)
}

const concluded = (state: InspectState, end: number): E.Either<MediaFault, MediaReport> => {
  if (end === 0) return E.left({ type: 'TruncatedMedia', format: 'mp4', at: 0, expected: 'a first box' })
  if (!state.known) return E.left(malformed(0, 'a file with an ftyp, moov or moof box', 'none of them'))
  const missing = state.movie === undefined
  const last = missing ? warned(state, end, 'the file has no moov box: tracks are not described') : state
  return E.right(mediaReport(last))
}

/**
 * Walks through an MP4 file and reports what is in it: tracks, protection, counts. Fragmented files, single
 * segments, QuickTime and PIFF are read too. A file that ends too early is reported as far as it goes, with a warning.
 * The source is read to its end and stays open; what is held in memory is one header box, at most 64 MiB.
 *
 * @errors `MalformedMedia` for sizes that contradict each other, or no MP4 at all; `UnsupportedMedia` for header
 * boxes past the limits; `TruncatedMedia` for a file without a byte; `SourceFailed` from the source.
 * @source ISO/IEC 14496-12
 */
export const inspectMp4 =
  (source: ByteSource): TaskEither<PipelineFault, MediaReport> =>
  async () => {
    const walk = sourceWalk(source)
    let state = initialInspectState()
    for (;;) {
      const box = await nextTopBox(walk)
      if (E.isLeft(box)) return box
      if (box.right === 'end') return concluded(state, walk.at())
      if (box.right === 'cut') {
        return concluded(warned(state, walk.at(), 'the file ends inside a box header'), walk.at())
      }
      const next = await readTopBox(state, walk, box.right)
      if (E.isLeft(next)) return next
      state = next.right
    }
  }
