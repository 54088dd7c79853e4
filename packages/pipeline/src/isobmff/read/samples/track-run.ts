import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { childOf, type Box } from '../box-tree'
import type { SampleDefaults } from '../movie'
import type { ListedSample } from './listed-sample'
import { readRunHeader, readStart, type RunHeader } from './run-header'
import { readRunRows, type RunRows } from './run-rows'

/** The samples of one track in one fragment. */
export interface TrackRun {
  readonly track: number
  /** Of the sample entry, from 1. */
  readonly description: number
  /** What offsets in the fragment are counted from. */
  readonly base: number
  readonly samples: ReadonlyArray<ListedSample>
}

/** Where a fragment lies, and what it builds on. */
export interface FragmentPlace {
  /** Byte offset of the `moof`. */
  readonly moof: number
  /** What `trex` says, by track. */
  readonly defaults: ReadonlyMap<number, SampleDefaults>
  /** Where the data of the track fragment before ended; of the first, the `moof`. */
  readonly before: number
  /** The decode time at which the last fragment of a track ended. */
  readonly ended: (track: number) => number
}

/** A run whose samples are all alike has no rows that would bound their number, and each that is listed costs memory. */
export const MOST_SAMPLES = 0x2_0000

interface Cursor {
  at: number
  time: number
}

const addRows = (trun: Box, rows: RunRows, base: number, cursor: Cursor, samples: ListedSample[]): E.Either<MediaFault, void> => {
  if (samples.length + rows.count > MOST_SAMPLES) {
    return E.left({ type: 'UnsupportedMedia', at: trun.at, what: `more than ${String(MOST_SAMPLES)} samples in a fragment` })
  }
  if (rows.dataOffset !== undefined) cursor.at = base + rows.dataOffset
  for (let left = rows.count; left > 0; left -= 1) {
    const row = rows.next()
    samples.push({ at: cursor.at, decodeTime: cursor.time, ...row })
    cursor.at += row.size
    cursor.time += row.duration
  }
  return E.right(undefined)
}

const baseOf = ({ base, isMoofBase }: RunHeader, { moof, before }: FragmentPlace): number => base ?? (isMoofBase ? moof : before)

/**
 * Lists the samples of a `traf`; nothing for one without its header.
 *
 * @errors `MalformedMedia` for a run that claims more samples than its box has; `UnsupportedMedia` for more than
 * any real fragment has.
 * @source ISO/IEC 14496-12, 8.8
 */
export const readTrackRun = (traf: Box, place: FragmentPlace): E.Either<MediaFault, TrackRun | undefined> => {
  const tfhd = childOf(traf, 'tfhd')
  if (tfhd === undefined) return E.right(undefined)
  const header = readRunHeader(tfhd, place.defaults)
  if (E.isLeft(header)) return header
  const { track, description } = header.right
  const start = readStart(childOf(traf, 'tfdt'))
  if (E.isLeft(start)) return start
  const base = baseOf(header.right, place)
  const cursor = { at: base, time: start.right ?? place.ended(track) }
  const samples: ListedSample[] = []
  for (const trun of traf.children.filter((box) => box.type === 'trun')) {
    const rows = readRunRows(trun, header.right)
    if (E.isLeft(rows)) return rows
    const added = addRows(trun, rows.right, base, cursor, samples)
    if (E.isLeft(added)) return added
  }
  return E.right({ track, description, base, samples })
}
