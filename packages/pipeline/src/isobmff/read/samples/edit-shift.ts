import * as E from 'fp-ts/Either'

import type { MediaFault, UnsupportedMedia } from '../../../fault/pipeline-fault'
import { bodyView, tableView, u64At, viewOf } from '../box-fields'
import { childOf, type Box } from '../box-tree'
import type { Movie } from '../movie'
import { readTrackId } from '../movie-track'

interface Edit {
  /** Units of the movie. */
  readonly duration: number
  /** Units of the track; −1 where nothing is shown. */
  readonly mediaTime: number
  /** 16.16. */
  readonly rate: number
}

const COUNT_AT = 4
const ROWS_AT = 8
const ROW = 12
const LONG_ROW = 20
const EMPTY = -1
const NORMAL_RATE = 0x1_0000
/** Units of the track by which an edit may miss the end of the one before: durations are in the coarser units of the movie. */
const SLACK = 1
const U32 = 0x1_0000_0000

const readEdits = (elst: Box): E.Either<MediaFault, ReadonlyArray<Edit>> => {
  const long = elst.body[0] === 1
  const row = long ? LONG_ROW : ROW
  const table = tableView(elst, COUNT_AT, row)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  return E.right(
    Array.from({ length: count }, (_, index) => {
      const at = ROWS_AT + row * index
      return long
        ? { duration: u64At(view, at), mediaTime: view.getInt32(at + 8) * U32 + view.getUint32(at + 12), rate: view.getInt32(at + 16) }
        : { duration: view.getUint32(at), mediaTime: view.getInt32(at + 4), rate: view.getInt32(at + 8) }
    })
  )
}

const unsupported = ({ at }: Box, what: string): E.Either<UnsupportedMedia, never> => E.left({ type: 'UnsupportedMedia', at, what })

const shiftOf = (elst: Box, edits: ReadonlyArray<Edit>, perMovieUnit: number): E.Either<UnsupportedMedia, number> => {
  let shift = 0
  let next: number | undefined
  for (const { duration, mediaTime, rate } of edits) {
    const length = duration * perMovieUnit
    if (mediaTime === EMPTY) {
      if (next !== undefined) return unsupported(elst, 'an edit list with a pause')
      shift += length
      continue
    }
    if (rate !== NORMAL_RATE) return unsupported(elst, 'an edit list that changes the speed')
    if (next === undefined) shift -= mediaTime
    else if (Math.abs(mediaTime - next) > SLACK + perMovieUnit) return unsupported(elst, 'an edit list of several parts')
    next = mediaTime + length
  }
  return E.right(Math.round(shift))
}

/** Units of the whole movie a second; 0 where the header does not say. */
const movieTimescale = (moov: Box): number => {
  const mvhd = childOf(moov, 'mvhd')
  const at = mvhd?.body[0] === 1 ? 20 : 12
  return mvhd === undefined || mvhd.body.length < at + 4 ? 0 : viewOf(mvhd.body).getUint32(at)
}

const editShift = (trak: Box, moov: Box, timescale: number): E.Either<MediaFault, number> => {
  const elst = childOf(childOf(trak, 'edts'), 'elst')
  if (elst === undefined) return E.right(0)
  const front = bodyView(elst, ROWS_AT)
  if (E.isLeft(front)) return front
  const edits = readEdits(elst)
  if (E.isLeft(edits)) return edits
  const movie = movieTimescale(moov)
  return shiftOf(elst, edits.right, movie === 0 ? 0 : timescale / movie)
}

/**
 * What the edit list of each track adds to all its times, in units of the track: a pause in front, less what is trimmed at the start.
 * Samples that are trimmed have times below 0, and stay: a decoder needs them. Where the list ends before the media, the rest stays.
 *
 * @errors `UnsupportedMedia` for a list that leaves out, repeats, stops or slows down media; `MalformedMedia`.
 * @source ISO/IEC 14496-12, 8.6.6
 */
export const readShifts = (moov: Box, { tracks }: Movie): E.Either<MediaFault, ReadonlyMap<number, number>> => {
  const shifts = new Map<number, number>()
  for (const trak of moov.children.filter(({ type }) => type === 'trak')) {
    const number = readTrackId(childOf(trak, 'tkhd'))
    if (E.isLeft(number)) return number
    const track = tracks.find((one) => one.number === number.right)
    if (track === undefined) continue
    const shift = editShift(trak, moov, track.timescale)
    if (E.isLeft(shift)) return shift
    shifts.set(track.number, shift.right)
  }
  return E.right(shifts)
}
