import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { childOf, descendant, type Box } from '../box-tree'
import { malformed } from '../malformed'
import { readTrackId } from '../movie-track'
import type { Mp4Sample } from './listed-sample'
import type { HeaderBytes } from './sample-info'
import { sampleProtector, type FoundSample, type TrackProtectionTable } from './sample-protector'
import { readKeys, readPlaces, readSizes, runCursor } from './table-cursors'

/** Samples that come one after the other. */
export interface SampleQueue {
  /** The next one, again and again until it is taken; nothing at the end. */
  readonly peek: () => FoundSample | undefined
  readonly take: () => void
}

/** A queue of samples that are there already. */
export const queueOf = (samples: ReadonlyArray<Mp4Sample>): SampleQueue => {
  let at = 0
  return {
    peek: () => {
      const sample = samples[at]
      return sample && E.right(sample)
    },
    take: () => {
      at += 1
    },
  }
}

type Found = FoundSample | undefined

/** The samples that the table of a track lists, made one by one: a table has millions of rows. */
const trackQueue = (
  trak: Box,
  track: number,
  table: TrackProtectionTable | undefined,
  header: HeaderBytes
): E.Either<MediaFault, SampleQueue> => {
  const stbl = descendant(trak, 'mdia', 'minf', 'stbl')
  const box = (type: string): Box | undefined => childOf(stbl, type)
  const ctts = box('ctts')
  const [stsc, offsets] = [box('stsc'), box('stco') ?? box('co64')]
  const sizes = readSizes(box('stsz') ?? box('stz2'))
  if (E.isLeft(sizes)) return sizes
  if (sizes.right.count === 0 || stbl === undefined) return E.right(queueOf([]))
  if (stsc === undefined || offsets === undefined) return E.left(malformed(stbl.at, 'stsc and stco or co64 for samples', 'none'))
  const places = readPlaces(stsc, offsets)
  if (E.isLeft(places)) return places
  const durations = runCursor(box('stts'), 0)
  if (E.isLeft(durations)) return durations
  const shifts = runCursor(ctts, 0, ctts?.body[0] === 1)
  if (E.isLeft(shifts)) return shifts
  const keys = readKeys(box('stss'))
  if (E.isLeft(keys)) return keys
  const container = { ...trak, children: [...trak.children, ...stbl.children] }
  const protect = sampleProtector({ track, container, base: 0, header }, table)
  if (E.isLeft(protect)) return protect
  let [left, decodeTime] = [sizes.right.count, 0]
  const next = (): Found => {
    if (left === 0) return undefined
    left -= 1
    const size = sizes.right.next()
    const place = places.right(size)
    if (place === undefined) return E.left(malformed(offsets.bodyAt, 'a chunk for each sample', `${String(left + 1)} samples without`))
    const duration = durations.right()
    const listed = { at: place.at, size, decodeTime, composition: shifts.right(), duration, key: keys.right() }
    decodeTime += duration
    return protect.right(listed, place.description)
  }
  return E.right(ahead(next))
}

/** Looks one sample ahead; nothing comes after a fault. */
const ahead = (next: () => Found): SampleQueue => {
  let found = next()
  return {
    peek: () => found,
    take: () => {
      if (found !== undefined && E.isRight(found)) found = next()
    },
  }
}

/** Queues as one, in the order of places in the file. A fault comes first. */
const merged = (queues: ReadonlyArray<SampleQueue>): SampleQueue => {
  const first = (): SampleQueue | undefined => {
    let best: SampleQueue | undefined
    let at = Infinity
    for (const queue of queues) {
      const found = queue.peek()
      if (found === undefined) continue
      if (E.isLeft(found)) return queue
      if (found.right.at >= at) continue
      best = queue
      at = found.right.at
    }
    return best
  }
  return { peek: () => first()?.peek(), take: () => first()?.take() }
}

/**
 * The samples that a header lists itself, in the order of their places in the file; none in a fragmented file.
 *
 * @errors `MalformedMedia` for tables that are not whole; the queue has those of single samples, and `SampleInfoMissing`.
 * @source ISO/IEC 14496-12, 8.5 to 8.7
 */
export const movieSamples = (
  moov: Box,
  bytes: Uint8Array,
  tables: ReadonlyMap<number, TrackProtectionTable>
): E.Either<MediaFault, SampleQueue> => {
  const queues: SampleQueue[] = []
  for (const trak of moov.children.filter(({ type }) => type === 'trak')) {
    const track = readTrackId(childOf(trak, 'tkhd'))
    if (E.isLeft(track)) return track
    if (track.right === undefined) continue
    const queue = trackQueue(trak, track.right, tables.get(track.right), { bytes, at: moov.at })
    if (E.isLeft(queue)) return queue
    queues.push(queue.right)
  }
  return E.right(merged(queues))
}
