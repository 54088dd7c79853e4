import { u16, u32, u64 } from './big-endian'
import { fullBox } from './box'

/** A segment as an index lists it. */
export interface IndexedSegment {
  /** Bytes. */
  readonly size: number
  /** Timescale units. */
  readonly duration: number
  /** It begins with a sync sample. */
  readonly startsWithSync: boolean
}

/** What an index says. */
export interface SegmentIndex {
  readonly trackId: number
  readonly timescale: number
  /** Presentation time of the first sample, timescale units. */
  readonly earliest: number
  /** Bytes from the end of the box to the first segment. */
  readonly firstOffset: number
  readonly segments: ReadonlyArray<IndexedSegment>
}

const VERSION = 1
const FRONT_BYTES = 40
const ROW_BYTES = 12
const SIZE_END = 0x8000_0000
/** Starts with a sync sample, of stream access point type 1. */
const SYNC_START = 0x9000_0000

/** How many bytes an index will have, so that they can be kept free in front of the segments. */
export const sidxBytes = (segments: number): number => FRONT_BYTES + ROW_BYTES * segments

/**
 * An index of segments that follow it one behind the other.
 *
 * @errors Throws `RangeError` for numbers that the box cannot hold.
 * @source ISO/IEC 14496-12, 8.16.3
 */
export const buildSidx = ({ trackId, timescale, earliest, firstOffset, segments }: SegmentIndex): Uint8Array =>
  fullBox(
    'sidx',
    VERSION,
    0,
    u32(trackId, timescale),
    u64(earliest),
    u64(firstOffset),
    u16(0, segments.length),
    ...segments.map(({ size, duration, startsWithSync }) => {
      if (size >= SIZE_END) throw new RangeError('a segment of an index has less than 2 GiB')
      return u32(size, duration, startsWithSync ? SYNC_START : 0)
    })
  )
