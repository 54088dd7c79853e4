import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import type { SegmentIndex } from '../write/build-sidx'
import { bodyView, u64At } from './box-fields'
import type { Box } from './box-tree'
import { malformed } from './malformed'

const TIMES_AT = 12
const ROW = 12
const SIZE_END = 0x8000_0000

/**
 * Reads the body of `sidx`.
 *
 * @errors `MalformedMedia` for one with fewer rows than it says; `UnsupportedMedia` for an index of indexes.
 * @source ISO/IEC 14496-12, 8.16.3
 */
export const readSidx = (sidx: Box): E.Either<MediaFault, SegmentIndex> => {
  const field = sidx.body[0] === 0 ? 4 : 8
  const rowsAt = TIMES_AT + 2 * field + 4
  const body = bodyView(sidx, rowsAt)
  if (E.isLeft(body)) return body
  const view = body.right
  const count = view.getUint16(rowsAt - 2)
  const room = Math.floor((view.byteLength - rowsAt) / ROW)
  if (count > room) return E.left(malformed(sidx.bodyAt + rowsAt - 2, `at most ${String(room)} rows in sidx`, String(count)))
  const time = (at: number): number => (field === 4 ? view.getUint32(at) : u64At(view, at))
  const rows = Array.from({ length: count }, (_, index) => rowsAt + ROW * index)
  if (rows.some((at) => view.getUint32(at) >= SIZE_END)) {
    return E.left({ type: 'UnsupportedMedia', at: sidx.at, what: 'an index of indexes' })
  }
  return E.right({
    trackId: view.getUint32(4),
    timescale: view.getUint32(8),
    earliest: time(TIMES_AT),
    firstOffset: time(TIMES_AT + field),
    segments: rows.map((at) => ({
      size: view.getUint32(at),
      duration: view.getUint32(at + 4),
      startsWithSync: view.getUint8(at + 8) >= 0x80,
    })),
  })
}
