import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { bodyView, u64At } from '../box-fields'
import { childOf, type Box } from '../box-tree'
import type { SampleDefaults } from '../movie'
import type { ListedSample } from './listed-sample'

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

/** @source ISO/IEC 14496-12, 8.8.7 */
const TFHD = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20, baseIsMoof: 0x2_0000 } as const
/** @source ISO/IEC 14496-12, 8.8.8 */
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 } as const
const FLAGS_MASK = 0xff_ffff
/** `sample_is_non_sync_sample`. */
const NON_SYNC = 0x1_0000
const FRONT = 8
/** A run whose samples are all alike has no rows that would bound their number. */
const MOST_SAMPLES = 0x10_0000
const NO_DEFAULTS: SampleDefaults = { duration: 0, size: 0, flags: 0 }

interface RunHead extends SampleDefaults {
  readonly track: number
  readonly description: number
  readonly base: number
}

/** Reads fields of 4 bytes one after the other, those that flags name. */
const fieldsFrom = (view: DataView, from: number, flags: number) => {
  let at = from
  return {
    next: (flag: number, absent: number): number => {
      if ((flags & flag) === 0) return absent
      at += 4
      return view.getUint32(at - 4)
    },
    skip: (flag: number, bytes: number): void => {
      if ((flags & flag) !== 0) at += bytes
    },
    at: () => at,
  }
}

const countOf = (flags: number, ...which: ReadonlyArray<number>): number => which.filter((flag) => (flags & flag) !== 0).length

const readHead = (tfhd: Box, place: FragmentPlace): E.Either<MediaFault, RunHead> => {
  const front = bodyView(tfhd, FRONT)
  if (E.isLeft(front)) return front
  const flags = front.right.getUint32(0) & FLAGS_MASK
  const more = 8 * countOf(flags, TFHD.base) + 4 * countOf(flags, TFHD.description, TFHD.duration, TFHD.size, TFHD.flags)
  const body = bodyView(tfhd, FRONT + more)
  if (E.isLeft(body)) return body
  const track = body.right.getUint32(4)
  const own = place.defaults.get(track) ?? NO_DEFAULTS
  const fields = fieldsFrom(body.right, FRONT, flags)
  fields.skip(TFHD.base, 8)
  const stated = (flags & TFHD.base) === 0 ? undefined : u64At(body.right, FRONT)
  return E.right({
    track,
    base: stated ?? ((flags & TFHD.baseIsMoof) === 0 ? place.before : place.moof),
    description: fields.next(TFHD.description, 1),
    duration: fields.next(TFHD.duration, own.duration),
    size: fields.next(TFHD.size, own.size),
    flags: fields.next(TFHD.flags, own.flags),
  })
}

/** `tfdt`: where the fragment begins in time. */
const readStart = (tfdt: Box | undefined, absent: number): E.Either<MediaFault, number> => {
  if (tfdt === undefined) return E.right(absent)
  const long = tfdt.body[0] === 1
  return E.map((view: DataView) => (long ? u64At(view, 4) : view.getUint32(4)))(bodyView(tfdt, long ? 12 : 8))
}

interface Cursor {
  at: number
  time: number
}

const readRows = (trun: Box, head: RunHead, cursor: Cursor, samples: ListedSample[]): E.Either<MediaFault, void> => {
  const front = bodyView(trun, FRONT)
  if (E.isLeft(front)) return front
  const flags = front.right.getUint32(0) & FLAGS_MASK
  const count = front.right.getUint32(4)
  const rowsAt = FRONT + 4 * countOf(flags, TRUN.dataOffset, TRUN.firstFlags)
  const row = 4 * countOf(flags, TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition)
  const body = bodyView(trun, rowsAt + row * count)
  if (E.isLeft(body)) return body
  if (samples.length + count > MOST_SAMPLES) {
    return E.left({ type: 'UnsupportedMedia', at: trun.at, what: `more than ${String(MOST_SAMPLES)} samples in a fragment` })
  }
  const view = body.right
  if ((flags & TRUN.dataOffset) !== 0) cursor.at = head.base + view.getInt32(FRONT)
  const firstFlags = (flags & TRUN.firstFlags) === 0 ? head.flags : view.getUint32(rowsAt - 4)
  const signed = trun.body[0] !== 0
  const fields = fieldsFrom(view, rowsAt, flags)
  for (let index = 0; index < count; index += 1) {
    const duration = fields.next(TRUN.duration, head.duration)
    const size = fields.next(TRUN.size, head.size)
    const sampleFlags = fields.next(TRUN.flags, index === 0 ? firstFlags : head.flags)
    const shift = fields.next(TRUN.composition, 0)
    const composition = signed ? shift | 0 : shift
    samples.push({ at: cursor.at, size, decodeTime: cursor.time, composition, duration, key: (sampleFlags & NON_SYNC) === 0 })
    cursor.at += size
    cursor.time += duration
  }
  return E.right(undefined)
}

/**
 * Lists the samples of a `traf`; nothing for one without its header.
 *
 * @errors `MalformedMedia` for a run that claims more samples than its box has; `UnsupportedMedia` for more than a million.
 * @source ISO/IEC 14496-12, 8.8
 */
export const readTrackRun = (traf: Box, place: FragmentPlace): E.Either<MediaFault, TrackRun | undefined> => {
  const tfhd = childOf(traf, 'tfhd')
  if (tfhd === undefined) return E.right(undefined)
  const head = readHead(tfhd, place)
  if (E.isLeft(head)) return head
  const { track, description, base } = head.right
  const start = readStart(childOf(traf, 'tfdt'), place.ended(track))
  if (E.isLeft(start)) return start
  const cursor = { at: base, time: start.right }
  const samples: ListedSample[] = []
  for (const trun of traf.children.filter((box) => box.type === 'trun')) {
    const rows = readRows(trun, head.right, cursor, samples)
    if (E.isLeft(rows)) return rows
  }
  return E.right({ track, description, base, samples })
}
