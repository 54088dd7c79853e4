import type { BatchInside } from '../../batch/batch-inside'
import { buildFragment } from '../../isobmff/write/build-fragment'
import { fragmentOf, type FragmentPlace, type Run, type TrackClock } from './fragment-of'
import { mediaSlices } from './media-slices'
import type { MuxedTrack } from './muxer'
import type { WrittenSegment } from './written-segment'

/** The only track of its file. */
export const TRACK_ID = 1

/** The fragments of a one-track file, and the segments that they make. */
export interface FragmentFile {
  readonly isEmpty: () => boolean
  readonly lastSegment: () => WrittenSegment | undefined
  /** The bytes of the next fragment: its boxes, and views of the samples that die with the lease. */
  readonly add: (inside: BatchInside, run: Run) => ReadonlyArray<Uint8Array>
  readonly written: () => Pick<MuxedTrack, 'samples' | 'bytes' | 'end' | 'segments'>
}

/** What is fixed before the first fragment. */
export interface FragmentFileOptions {
  readonly clock: TrackClock
  readonly ivSize: 0 | 8 | 16
  /** Byte offset of the first fragment. */
  readonly start: number
}

/** Begins behind the initialization segment. */
export const createFragmentFile = ({ clock, ivSize, start }: FragmentFileOptions): FragmentFile => {
  const segments: WrittenSegment[] = []
  let position = start
  let sequence = 0
  let before: FragmentPlace['before']
  let samples = 0
  let bytes = 0
  let end = 0
  return {
    isEmpty: () => sequence === 0,
    lastSegment: () => segments.at(-1),
    add: (inside, run) => {
      sequence += 1
      const made = fragmentOf(inside, run, { clock, sequence, trackId: TRACK_ID, ivSize, before })
      const { head, mediaBytes } = buildFragment(made.fragment)
      end = made.fragment.baseDecodeTime + made.duration
      before = made.last
      samples += run.rows.length
      bytes += mediaBytes
      const begins = { offset: position, start: made.fragment.baseDecodeTime }
      position += head.length + mediaBytes
      const grown = run.opensSegment ? undefined : segments.pop()
      const { offset, start: since } = grown ?? begins
      segments.push({ offset, size: position - offset, start: since, duration: end - since })
      return [head, ...mediaSlices(inside, run.rows)]
    },
    written: () => ({ samples, bytes, end: end - clock.lead, segments: segments.map((each) => onTimeline(each, clock)) }),
  }
}

/** A segment in the time of the presentation, where what an edit trims does not count. */
const onTimeline = (segment: WrittenSegment, { lead }: TrackClock): WrittenSegment => {
  const start = Math.max(0, segment.start - lead)
  return { ...segment, start, duration: segment.start + segment.duration - lead - start }
}
