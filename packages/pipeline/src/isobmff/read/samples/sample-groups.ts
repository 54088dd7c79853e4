import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { fourccText } from '../../fourcc'
import { hexText } from '../../hex-id'
import { bodyView } from '../box-fields'
import type { Box } from '../box-tree'
import { malformed } from '../malformed'
import type { Tenc } from '../protection-boxes'

/** What a sample group says in the place of the sample entry. */
export type GroupProtection = Omit<Tenc, 'version'>

const SEIG = 'seig'
const FULL = 4
const ENTRY = 20
const KEY_ID = 16
const PATTERN_BASE = 16
/** Groups of the fragment itself are counted from here on. @source ISO/IEC 14496-12, 8.9.4 */
const LOCAL = 0x1_0000
const MOST_RUNS = 0x10_0000

const isSeig = (box: Box): boolean => box.body.length >= FULL + 4 && fourccText(box.body, FULL) === SEIG

const readEntry = (box: Box, view: DataView, at: number, length: number): E.Either<MediaFault, GroupProtection> => {
  if (length < ENTRY || at + length > view.byteLength) {
    return E.left(malformed(box.bodyAt + at, `${String(ENTRY)} bytes of seig`, `${String(Math.min(length, view.byteLength - at))} bytes`))
  }
  const blocks = view.getUint8(at + 1)
  const [isProtected, ivSize] = [view.getUint8(at + 2) !== 0, view.getUint8(at + 3)]
  const keyId = hexText(box.body.subarray(at + 4, at + 4 + KEY_ID))
  const pattern = { crypt: Math.floor(blocks / PATTERN_BASE), skip: blocks % PATTERN_BASE }
  const own = { isProtected, ivSize, keyId, pattern }
  if (!isProtected || ivSize !== 0) return E.right(own)
  const bytes = length > ENTRY ? view.getUint8(at + ENTRY) : 0
  const constantIv = box.body.slice(at + ENTRY + 1, at + ENTRY + 1 + bytes)
  return length === ENTRY + 1 + bytes && bytes > 0
    ? E.right({ ...own, constantIv })
    : E.left(malformed(box.bodyAt + at + ENTRY, 'a constant IV', `${String(length - ENTRY)} bytes`))
}

/**
 * Reads the descriptions of protection groups in an `sgpd`; none for groups of other kinds.
 *
 * @source ISO/IEC 14496-12, 8.9.3; ISO/IEC 23001-7, clause 6
 */
export const readGroups = (sgpd: Box | undefined): E.Either<MediaFault, ReadonlyArray<GroupProtection>> => {
  if (sgpd === undefined || !isSeig(sgpd)) return E.right([])
  const version = sgpd.body[0] ?? 0
  const head = version === 0 ? 12 : 16
  const body = bodyView(sgpd, head)
  if (E.isLeft(body)) return body
  const view = body.right
  const length = version === 1 ? view.getUint32(8) : 0
  const count = view.getUint32(head - 4)
  const groups: GroupProtection[] = []
  let at = head
  for (let index = 0; index < count; index += 1) {
    let size = version === 0 ? ENTRY : length
    if (version === 1 && length === 0) {
      if (at + 4 > view.byteLength) return E.left(malformed(sgpd.bodyAt + at, 'the length of a group', 'the end of sgpd'))
      size = view.getUint32(at)
      at += 4
    }
    const entry = readEntry(sgpd, view, at, size)
    if (E.isLeft(entry)) return entry
    groups.push(entry.right)
    at += size
  }
  return E.right(groups)
}

/** Which group each sample is in. */
export type GroupOf = (sample: number) => GroupProtection | undefined

/**
 * Reads an `sbgp`.
 *
 * @param local groups of the fragment; `movie` those of the track's header.
 * @source ISO/IEC 14496-12, 8.9.2
 */
export const readGroupOf = (
  sbgp: Box | undefined,
  local: ReadonlyArray<GroupProtection>,
  movie: ReadonlyArray<GroupProtection>
): E.Either<MediaFault, GroupOf> => {
  if (sbgp === undefined || !isSeig(sbgp)) return E.right(() => undefined)
  const head = sbgp.body[0] === 1 ? 16 : 12
  const body = bodyView(sbgp, head)
  if (E.isLeft(body)) return body
  const count = body.right.getUint32(head - 4)
  const rows = Math.min(Math.floor((body.right.byteLength - head) / 8), MOST_RUNS)
  if (count > rows) return E.left(malformed(sbgp.bodyAt + head - 4, `at most ${String(rows)} rows in sbgp`, String(count)))
  const ends: number[] = []
  const groups: Array<GroupProtection | undefined> = []
  let end = 0
  for (let row = 0; row < count; row += 1) {
    end += body.right.getUint32(head + 8 * row)
    const index = body.right.getUint32(head + 8 * row + 4)
    const group = index > LOCAL ? local[index - LOCAL - 1] : movie[index - 1]
    if (index !== 0 && group === undefined) {
      return E.left(malformed(sbgp.bodyAt + head + 8 * row + 4, 'a group that is described', String(index)))
    }
    ends.push(end)
    groups.push(group)
  }
  let row = 0
  // Samples are asked for in order.
  return E.right((sample) => {
    while (row < ends.length && sample >= (ends[row] ?? 0)) row += 1
    return groups[row]
  })
}
