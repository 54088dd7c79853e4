import type { SampleRanges } from '../cipher/common-encryption/sample-ranges'
import type { Lease } from '../lease/lease'
import { layRowRanges } from './lay-row-ranges'
import { moveRow } from './move-row'
import type { RowProtection } from './row-protection'
import { IV_BYTES, MOST_SAMPLES, type SampleColumns } from './sample-columns'

/** A batch that is being filled. */
export interface Filling {
  readonly lease: Lease
  readonly columns: SampleColumns
  /** Rows that it takes at most. */
  readonly most: number
  /** Rows in use. */
  count: number
  /** Offset in the lease behind the last sample. */
  used: number
  /** Samples begun and neither complete nor dropped. */
  open: number
  dropped: number
  /** Of the rows that have any; they come out of order and are put into the columns at the end. */
  readonly ranges: Map<number, SampleRanges>
}

/** A sample that begins. */
export interface NewRow {
  readonly track: number
  readonly size: number
  /** 100 ns units. */
  readonly time: number
  readonly flags: number
  /** Which of the batch's protections it has, and what that is. */
  readonly protection: number
  readonly scheme: RowProtection['scheme']
}

/** Size of a row whose sample was dropped; no sample is as large. */
const DROPPED = 0xffffffff

/** An empty batch; its samples are laid behind the headroom of the lease. */
export const startFilling = (lease: Lease, columns: SampleColumns, most = MOST_SAMPLES): Filling => ({
  lease,
  columns,
  most,
  count: 0,
  used: lease.headroom,
  open: 0,
  dropped: 0,
  ranges: new Map(),
})

/** Whether a sample of that size still fits; a lease for one large sample takes no second. */
export const hasRoom = ({ lease, most, count, used }: Filling, size: number): boolean =>
  count < most && used + size <= lease.bytes.length && !(lease.single && count > 0)

/** Opens a row and sets bytes aside for it. */
export const addRow = (filling: Filling, sample: NewRow): number => {
  const { columns, count: row } = filling
  columns.offset[row] = filling.used
  columns.size[row] = sample.size
  columns.track[row] = sample.track
  columns.time[row] = sample.time
  columns.decodeTime[row] = sample.time
  columns.duration[row] = 0
  columns.flags[row] = sample.flags
  columns.pictureOrder[row] = Number.NaN
  columns.sequenceStart[row] = 0
  columns.scheme[row] = sample.scheme
  columns.protection[row] = sample.protection
  columns.iv.fill(0, row * IV_BYTES, (row + 1) * IV_BYTES)
  columns.firstRange[row] = 0
  columns.firstRange[row + 1] = 0
  filling.count += 1
  filling.used += sample.size
  filling.open += 1
  return row
}

/** Gives up an open row. Its bytes stay unused; what was written of them is wiped, for nothing will protect it. */
export const dropRow = (filling: Filling, row: number): void => {
  const { lease, columns } = filling
  const offset = columns.offset[row] ?? 0
  lease.bytes.fill(0, offset, offset + (columns.size[row] ?? 0))
  columns.size[row] = DROPPED
  filling.dropped += 1
  filling.open -= 1
}

/** Closes the gaps that dropped samples leave in the columns; the bytes stay where they are. */
export const compactRows = (filling: Filling): void => {
  if (filling.dropped === 0) return
  const { columns } = filling
  let to = 0
  for (let from = 0; from < filling.count; from += 1) {
    if (columns.size[from] === DROPPED) continue
    if (to !== from) {
      moveRow(columns, from, to)
      renameRanges(filling, from, to)
    }
    to += 1
  }
  filling.count = to
  filling.dropped = 0
}

const renameRanges = ({ ranges }: Filling, from: number, to: number): void => {
  const own = ranges.get(from)
  ranges.delete(from)
  if (own === undefined) ranges.delete(to)
  else ranges.set(to, own)
}

/** Puts the ranges into the columns, in the order of the rows. */
export const layRanges = ({ columns, count, ranges }: Filling): void => {
  if (ranges.size === 0) return
  let at = 0
  for (let row = 0; row < count; row += 1) at = layRowRanges(columns, row, at, ranges.get(row))
  columns.firstRange[count] = at
  ranges.clear()
}
