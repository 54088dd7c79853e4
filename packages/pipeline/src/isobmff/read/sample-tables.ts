import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { bodyView, tableView } from './box-fields'
import { childOf } from './box-tree'
import type { Box } from './box-tree'
import { malformed } from './malformed'
import { emptyTally } from './tally'
import type { Tally } from './tally'

/** Offsets in the bodies of `stsz`, `stz2`, `stss` and `stts`, behind version and flags. */
const ONE_SIZE_AT = 4
const SIZE_COUNT_AT = 8
const COUNT_AT = 4
const ROWS_AT = 8
const SIZES_AT = 12
/** Field sizes that `stz2` may have, in bits. @source ISO/IEC 14496-12, 8.7.3.3 */
const HALF_BYTE = 4

type Count = E.Either<MalformedMedia, Pick<Tally, 'samples' | 'bytes'>>

const countSizes = (stsz: Box): Count => {
  const body = bodyView(stsz, SIZES_AT)
  if (E.isLeft(body)) return body
  const oneSize = body.right.getUint32(ONE_SIZE_AT)
  const stated = body.right.getUint32(SIZE_COUNT_AT)
  if (oneSize !== 0) return E.right({ samples: stated, bytes: stated * oneSize })
  const table = tableView(stsz, SIZE_COUNT_AT, 4)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let bytes = 0
  for (let row = 0; row < count; row += 1) bytes += view.getUint32(SIZES_AT + 4 * row)
  return E.right({ samples: count, bytes })
}

const countCompactSizes = (stz2: Box): Count => {
  const body = bodyView(stz2, SIZES_AT)
  if (E.isLeft(body)) return body
  const bits = body.right.getUint8(7)
  if (bits !== HALF_BYTE && bits !== 8 && bits !== 16) {
    return E.left(malformed(stz2.bodyAt + 7, 'sizes of 4, 8 or 16 bits in stz2', String(bits)))
  }
  const table = tableView(stz2, SIZE_COUNT_AT, bits / 8)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let bytes = 0
  for (let row = 0; row < count; row += 1) {
    const at = SIZES_AT + Math.floor((row * bits) / 8)
    if (bits === 16) bytes += view.getUint16(at)
    else if (bits === 8) bytes += view.getUint8(at)
    else bytes += row % 2 === 0 ? view.getUint8(at) >>> HALF_BYTE : view.getUint8(at) & 0xf
  }
  return E.right({ samples: count, bytes })
}

const countKeyFrames = (stbl: Box, samples: number): E.Either<MalformedMedia, number> => {
  const stss = childOf(stbl, 'stss')
  // Without the table every sample is a sync sample.
  if (stss === undefined) return E.right(samples)
  return E.map(({ count }: { readonly count: number }) => count)(tableView(stss, COUNT_AT, 4))
}

const sumDurations = (stbl: Box): E.Either<MalformedMedia, number> => {
  const stts = childOf(stbl, 'stts')
  if (stts === undefined) return E.right(0)
  const table = tableView(stts, COUNT_AT, 8)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let sum = 0
  for (let row = 0; row < count; row += 1) {
    sum += view.getUint32(ROWS_AT + 8 * row) * view.getUint32(ROWS_AT + 8 * row + 4)
  }
  return E.right(sum)
}

/**
 * Counts the samples that the header itself lists; none in a fragmented file.
 *
 * @errors `MalformedMedia` for a table that claims more rows than its box has.
 * @source ISO/IEC 14496-12, 8.6.1, 8.6.2, 8.7.3
 */
export const tallySampleTables = (stbl: Box): E.Either<MalformedMedia, Tally> => {
  const box = childOf(stbl, 'stsz') ?? childOf(stbl, 'stz2')
  if (box === undefined) return E.right(emptyTally())
  const sizes = box.type === 'stsz' ? countSizes(box) : countCompactSizes(box)
  if (E.isLeft(sizes)) return sizes
  const keyFrames = countKeyFrames(stbl, sizes.right.samples)
  if (E.isLeft(keyFrames)) return keyFrames
  return E.map((duration: number): Tally => ({
    ...emptyTally(),
    ...sizes.right,
    keyFrames: keyFrames.right,
    duration,
    start: sizes.right.samples === 0 ? undefined : 0,
    end: duration,
  }))(sumDurations(stbl))
}
