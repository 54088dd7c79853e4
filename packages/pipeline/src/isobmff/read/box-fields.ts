import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import type { Box } from './box-tree'
import { malformed } from './malformed'

const U32 = 0x1_0000_0000

/** A look at bytes as numbers, most significant byte first. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Eight bytes as a number; rounded past 2^53. */
export const u64At = (view: DataView, at: number): number => view.getUint32(at) * U32 + view.getUint32(at + 4)

/** The body of a box that must have at least so many bytes, or the fault that says it has not. */
export const bodyView = (box: Box, least: number): E.Either<MalformedMedia, DataView> =>
  box.body.length >= least
    ? E.right(viewOf(box.body))
    : E.left(malformed(box.bodyAt, `${least} bytes in ${box.type}`, `${box.body.length} bytes`))

/**
 * Checks a table before it is read: its count stands in front of its rows.
 *
 * @param countAt Offset of the count in the body; the rows begin four bytes behind.
 * @returns the body and the count, which the body has room for.
 */
export const tableView = (
  box: Box,
  countAt: number,
  rowBytes: number
): E.Either<MalformedMedia, { readonly view: DataView; readonly count: number }> => {
  const body = bodyView(box, countAt + 4)
  if (E.isLeft(body)) return body
  const count = body.right.getUint32(countAt)
  const room = Math.floor((box.body.length - countAt - 4) / rowBytes)
  if (count <= room) return E.right({ view: body.right, count })
  return E.left(malformed(box.bodyAt + countAt, `at most ${room} rows in ${box.type}`, String(count)))
}
