import { BackupLine, LEAF_BYTES, leafOf } from '@custody/core/backup'
import { b64u, decodeB64u, sha256 } from '@custody/core/encoding'
import { BATCH_LIMIT, BatchHead } from '@custody/core/restore'
import { equalBytes } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import type * as t from 'io-ts'

import { refused, type Refused } from './refused'
import type { SegmentOfSession, SessionFacts } from './restore-session'

/** A line of a set, as the computer wrote it that made the backup. */
export type Line = Readonly<t.TypeOf<typeof BackupLine>>

/** Lines of one segment: all of it, or what of it is whole. */
export interface Batch {
  readonly segment: string
  readonly lines: ReadonlyArray<Line>
}

type Read<A> = E.Either<Refused, A>

const LINE_FEED = 0x0a
const malformed: Read<never> = E.left(refused('BadInput', 'the batch has another form'))
const damaged: Read<never> = E.left(refused('BackupDamaged', 'the batch is not what the manifest is about'))

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** Parts of a text that each end with a line feed; nothing where the last one does not. */
const splitLines = (bytes: Uint8Array): ReadonlyArray<Uint8Array> | undefined => {
  const lines: Uint8Array[] = []
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, start)
    if (end < 0) return undefined
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

/** The segment's leaves, if they are the ones that the manifest vouches for. */
const checkedLeaves = ({ leaves, lines }: SegmentOfSession, text: string): Read<Uint8Array> => {
  const slice = decodeB64u(text)
  if (O.isNone(slice)) return malformed
  return slice.value.length === lines * LEAF_BYTES && b64u(sha256(slice.value)) === leaves ? E.right(slice.value) : damaged
}

const checkedLine = (segment: SegmentOfSession, leaves: Uint8Array, bytes: Uint8Array): Read<Line> => {
  const decoded = BackupLine.decode(parsed(bytes))
  if (E.isLeft(decoded)) return damaged
  const index = decoded.right.n - segment.first
  if (index < 0 || index >= segment.lines) return damaged
  const leaf = leaves.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES)
  return equalBytes(leaf, leafOf(decoded.right.n, bytes)) ? decoded : damaged
}

const checkedLines = (segment: SegmentOfSession, leaves: Uint8Array, lines: ReadonlyArray<Uint8Array>): Read<Batch> => {
  const read: Line[] = []
  const seen = new Set<number>()
  for (const bytes of lines) {
    const line = checkedLine(segment, leaves, bytes)
    if (E.isLeft(line)) return line
    if (seen.has(line.right.n)) return malformed
    seen.add(line.right.n)
    read.push(line.right)
  }
  return E.right({ segment: segment.name, lines: read })
}

/**
 * Reads a batch and holds it against what the manifest says of its segment: the leaves as a whole, and each line by its leaf.
 * Lines that are missing are no fault, so that what is left of a damaged segment can be restored.
 *
 * @errors `BadInput`, `BackupDamaged`.
 */
export const readBatch = ({ segments }: SessionFacts, body: Uint8Array): Read<Batch> => {
  const lines = splitLines(body)
  const [first, ...rest] = lines ?? []
  const head = first === undefined ? undefined : BatchHead.decode(parsed(first))
  if (head === undefined || E.isLeft(head) || rest.length > BATCH_LIMIT) return malformed
  const segment = segments.find(({ name }) => name === head.right.segment)
  if (segment === undefined) return malformed
  const leaves = checkedLeaves(segment, head.right.leaves)
  return E.isLeft(leaves) ? leaves : checkedLines(segment, leaves.right, rest)
}
