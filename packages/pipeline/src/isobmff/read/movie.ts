import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import type { MediaWarning, ProtectionHeader } from '../../media/media-description'
import { bodyView, u64At } from './box-fields'
import { childOf, descendant } from './box-tree'
import type { Box } from './box-tree'
import { readMovieTrack } from './movie-track'
import type { MovieTrack } from './movie-track'
import { protectionHeader } from './protection-header'

/** What `trex` sets for the samples of a track in all fragments. */
export interface SampleDefaults {
  readonly duration: number
  readonly size: number
  readonly flags: number
}

/** What the header of a file says. */
export interface Movie {
  /** Seconds; undefined where the header leaves it open. */
  readonly seconds: number | undefined
  /** Fragments follow that `seconds` may not count in. */
  readonly goesOn: boolean
  readonly tracks: ReadonlyArray<MovieTrack>
  /** By track ID. */
  readonly defaults: ReadonlyMap<number, SampleDefaults>
  readonly protection: ReadonlyArray<ProtectionHeader>
  readonly warnings: ReadonlyArray<MediaWarning>
}

const MVHD_BYTES = [20, 32] as const
const TREX_BYTES = 24
const U32_MAX = 0xffff_ffff
/** All 64 bits set, as rounded. */
const U64_MAX = 2 ** 64

interface MovieClock {
  readonly timescale: number
  readonly duration: number | undefined
}

const readClock = (mvhd: Box | undefined): E.Either<MediaFault, MovieClock | undefined> => {
  if (mvhd === undefined) return E.right(undefined)
  const long = mvhd.body[0] === 1
  const body = bodyView(mvhd, MVHD_BYTES[long ? 1 : 0])
  if (E.isLeft(body)) return body
  const timescale = body.right.getUint32(long ? 20 : 12)
  const duration = long ? u64At(body.right, 24) : body.right.getUint32(16)
  const open = duration === 0 || duration === (long ? U64_MAX : U32_MAX)
  return E.right(timescale === 0 ? undefined : { timescale, duration: open ? undefined : duration })
}

/** `mehd`: how long the movie is with its fragments. */
const fragmentsDuration = (mehd: Box | undefined): E.Either<MediaFault, number> => {
  if (mehd === undefined) return E.right(0)
  const long = mehd.body[0] === 1
  return E.map((view: DataView) => (long ? u64At(view, 4) : view.getUint32(4)))(bodyView(mehd, long ? 12 : 8))
}

const readSeconds = (moov: Box): E.Either<MediaFault, number | undefined> => {
  const clock = readClock(childOf(moov, 'mvhd'))
  if (E.isLeft(clock)) return clock
  const fragments = fragmentsDuration(descendant(moov, 'mvex', 'mehd'))
  if (E.isLeft(fragments)) return fragments
  if (clock.right === undefined) return E.right(undefined)
  const { timescale, duration } = clock.right
  const stated = fragments.right === 0 ? duration : fragments.right
  return E.right(stated === undefined ? undefined : stated / timescale)
}

const readDefaults = (moov: Box): E.Either<MediaFault, ReadonlyMap<number, SampleDefaults>> => {
  const defaults = new Map<number, SampleDefaults>()
  for (const trex of childOf(moov, 'mvex')?.children ?? []) {
    if (trex.type !== 'trex') continue
    const body = bodyView(trex, TREX_BYTES)
    if (E.isLeft(body)) return body
    const [id, duration, size, flags] = [4, 12, 16, 20].map((at) => body.right.getUint32(at))
    defaults.set(id ?? 0, { duration: duration ?? 0, size: size ?? 0, flags: flags ?? 0 })
  }
  return E.right(defaults)
}

/**
 * Reads a movie header. What is missing in it is warned of; what contradicts itself is a fault.
 *
 * @param quickTime See the sample entries.
 */
export const readMovie = (moov: Box, quickTime: boolean): E.Either<MediaFault, Movie> => {
  const seconds = readSeconds(moov)
  if (E.isLeft(seconds)) return seconds
  const defaults = readDefaults(moov)
  if (E.isLeft(defaults)) return defaults
  const tracks: Array<MovieTrack> = []
  const warnings: Array<MediaWarning> = []
  for (const trak of moov.children.filter((box) => box.type === 'trak')) {
    const track = readMovieTrack(trak, quickTime)
    if (E.isLeft(track)) return track
    if (track.right === undefined) warnings.push({ offset: trak.at, what: 'a track without an ID is left out' })
    else tracks.push(track.right)
  }
  const ownHeaders = moov.children.filter((box) => box.type === 'pssh').map(protectionHeader)
  const protection = [...ownHeaders, ...tracks.flatMap((track) => track.protection)]
  const mvex = childOf(moov, 'mvex')
  const goesOn = mvex !== undefined && childOf(mvex, 'mehd') === undefined
  return E.right({ seconds: seconds.right, goesOn, tracks, defaults: defaults.right, protection, warnings })
}
