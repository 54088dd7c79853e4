import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../../fault/pipeline-fault'
import { bodyView, tableView, u64At } from '../box-fields'
import type { Box } from '../box-tree'
import { malformed } from '../malformed'

/** Gives the value of each sample, in order. */
export type Cursor = () => number

const COUNT_AT = 4
const ROWS_AT = 8
const ROW = 8
const HALF_BYTE = 4

/** The values of a table whose rows say for how many samples they hold; `after` for samples past its end. */
export const runCursor = (box: Box | undefined, after: number, signed = false): E.Either<MalformedMedia, Cursor> => {
  if (box === undefined) return E.right(() => after)
  const table = tableView(box, COUNT_AT, ROW)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let [row, left] = [-1, 0]
  return E.right(() => {
    while (left === 0 && row < count - 1) {
      row += 1
      left = view.getUint32(ROWS_AT + ROW * row)
    }
    if (left === 0) return after
    left -= 1
    const at = ROWS_AT + ROW * row + 4
    return signed ? view.getInt32(at) : view.getUint32(at)
  })
}

/** What a table says of the bytes of samples. */
export interface Sizes {
  readonly next: Cursor
  readonly count: number
  /** The size of each, where all have the same and the table does not bound their number. */
  readonly each?: number
}

const readStsz = (stsz: Box): E.Either<MalformedMedia, Sizes> => {
  const front = bodyView(stsz, 12)
  if (E.isLeft(front)) return front
  const one = front.right.getUint32(4)
  if (one !== 0) return E.right({ next: () => one, count: front.right.getUint32(8), each: one })
  const table = tableView(stsz, 8, 4)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let at = 8
  return E.right({
    next: () => {
      at += 4
      return view.getUint32(at)
    },
    count,
  })
}

const readStz2 = (stz2: Box): E.Either<MalformedMedia, Sizes> => {
  const front = bodyView(stz2, 12)
  if (E.isLeft(front)) return front
  const bits = front.right.getUint8(7)
  if (bits !== HALF_BYTE && bits !== 8 && bits !== 16) {
    return E.left(malformed(stz2.bodyAt + 7, 'sizes of 4, 8 or 16 bits in stz2', String(bits)))
  }
  const table = tableView(stz2, 8, bits / 8)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let row = -1
  return E.right({
    next: () => {
      row += 1
      if (bits === 16) return view.getUint16(12 + 2 * row)
      if (bits === 8) return view.getUint8(12 + row)
      const pair = view.getUint8(12 + (row >>> 1))
      return row % 2 === 0 ? pair >>> HALF_BYTE : pair & 0xf
    },
    count,
  })
}

/** Reads `stsz` or `stz2`; no samples without either. @source ISO/IEC 14496-12, 8.7.3 */
export const readSizes = (box: Box | undefined): E.Either<MalformedMedia, Sizes> => {
  if (box === undefined) return E.right({ next: () => 0, count: 0 })
  return box.type === 'stsz' ? readStsz(box) : readStz2(box)
}

/** Whether each sample is a sync sample; all are without the table. @source ISO/IEC 14496-12, 8.6.2 */
export const readKeys = (stss: Box | undefined): E.Either<MalformedMedia, () => boolean> => {
  if (stss === undefined) return E.right(() => true)
  const table = tableView(stss, COUNT_AT, 4)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let [row, sample] = [0, 0]
  return E.right(() => {
    sample += 1
    while (row < count && view.getUint32(ROWS_AT + 4 * row) < sample) row += 1
    return row < count && view.getUint32(ROWS_AT + 4 * row) === sample
  })
}

/** Where a sample lies, and which sample entry describes it. */
export interface Placed {
  readonly at: number
  readonly description: number
}

/** Reads `stco` or `co64`. */
const readChunks = (box: Box): E.Either<MalformedMedia, { readonly at: (chunk: number) => number; readonly count: number }> => {
  const long = box.type === 'co64'
  const table = tableView(box, COUNT_AT, long ? 8 : 4)
  return E.map(({ view, count }: { readonly view: DataView; readonly count: number }) => ({
    at: (chunk: number) => (long ? u64At(view, ROWS_AT + 8 * chunk) : view.getUint32(ROWS_AT + 4 * chunk)),
    count,
  }))(table)
}

const STSC_ROW = 12

/**
 * Places samples, which are asked for in order, each with its size.
 *
 * @returns nothing for a sample that is in no chunk.
 * @source ISO/IEC 14496-12, 8.7.4 and 8.7.5
 */
export const readPlaces = (stsc: Box, chunkOffsets: Box): E.Either<MalformedMedia, (size: number) => Placed | undefined> => {
  const chunks = readChunks(chunkOffsets)
  if (E.isLeft(chunks)) return chunks
  const table = tableView(stsc, COUNT_AT, STSC_ROW)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  const field = (row: number, index: number): number => view.getUint32(ROWS_AT + STSC_ROW * row + 4 * index)
  let [chunk, row, left, at] = [-1, -1, 0, 0]
  return E.right((size) => {
    while (left === 0) {
      chunk += 1
      if (chunk >= chunks.right.count) return undefined
      while (row + 1 < count && field(row + 1, 0) <= chunk + 1) row += 1
      if (row < 0) return undefined
      left = field(row, 1)
      at = chunks.right.at(chunk)
    }
    left -= 1
    at += size
    return { at: at - size, description: field(row, 2) }
  })
}
