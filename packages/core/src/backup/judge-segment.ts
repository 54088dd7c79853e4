import type { BackupFault } from '../fault/core-fault'
import type { Segment } from './backup-manifest'
import { LEAF_BYTES, leafOf } from './leaf'
import { lidsOfPiece, numberOfLine } from './line-text'
import { digestOf, LEAVES } from './set-files'

/** A part of a set that is not what was written. */
export type BackupDamage = Extract<BackupFault, { readonly type: 'BackupDamaged' }>

/** A segment as it was read. */
export interface ReadSegment {
  readonly segment: Segment
  /** Number of its first line. */
  readonly first: number
  /** Nothing for a file that is not there or cannot be read. */
  readonly bytes: Uint8Array | undefined
  /** Its slice of the leaves, as far as there is one. */
  readonly leaves: Uint8Array
}

/** What holds of a segment. */
export interface JudgedSegment {
  readonly segment: Segment
  /** Number of its first line. */
  readonly first: number
  /** Its whole lines in order, without line feeds. */
  readonly lines: ReadonlyArray<Uint8Array>
  /** Its slice of `leaves.bin`; the leaves of the lines themselves where the file's are damaged and the lines are whole. */
  readonly leaves: Uint8Array
  /** Numbers of its other lines, in order. */
  readonly damaged: ReadonlyArray<number>
  /** One for each damaged file. */
  readonly damages: ReadonlyArray<BackupDamage>
}

interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
}

const LINE_FEED = 10

/** The bytes between line feeds, and those after the last one. */
const piecesOf = (bytes: Uint8Array): ReadonlyArray<Piece> => {
  const pieces: Piece[] = []
  let start = 0
  while (start < bytes.length) {
    const found = bytes.indexOf(LINE_FEED, start)
    const end = found === -1 ? bytes.length : found
    pieces.push({ offset: start, bytes: bytes.subarray(start, end) })
    start = end + 1
  }
  return pieces
}

const damage = (file: string, offset: number, why: string, lids: ReadonlyArray<string> = []): BackupDamage => ({
  type: 'BackupDamaged',
  file,
  offset,
  why,
  lids,
})

const numbers = ({ first, segment }: ReadSegment): ReadonlyArray<number> =>
  Array.from({ length: segment.lines }, (_, index) => first + index)

/** The place at which two runs of leaves differ first, at the beginning of a leaf. */
const firstOtherLeaf = (left: Uint8Array, right: Uint8Array): number => {
  const at = left.findIndex((byte, index) => byte !== right[index])
  return at === -1 ? 0 : at - (at % LEAF_BYTES)
}

/** A segment whose own digest holds: only the leaves can be damaged. */
const wholeSegment = ({ segment, first, leaves }: ReadSegment, pieces: ReadonlyArray<Piece>): JudgedSegment => {
  const own = Buffer.concat(pieces.map(({ bytes }, index) => leafOf(first + index, bytes)))
  const at = (first - 1) * LEAF_BYTES
  const signed = pieces.length === segment.lines && digestOf(own) === segment.leaves
  const why = signed ? 'leaves other than of the lines' : 'lines other than the manifest counts'
  const same = signed && Buffer.compare(own, leaves) === 0
  return {
    segment,
    first,
    lines: pieces.map(({ bytes }) => bytes),
    leaves: own,
    damaged: [],
    damages: same ? [] : [damage(LEAVES, at + firstOtherLeaf(own, leaves), why)],
  }
}

interface SortedPieces {
  readonly whole: ReadonlyMap<number, Uint8Array>
  readonly others: ReadonlyArray<Piece>
  /** Where the first piece begins that is not the line which was written there; the end where none does. */
  readonly at: number
}

/** The pieces that are lines of the segment by their leaves, wherever they stand, and the others. */
const sortedPieces = (bytes: Uint8Array, first: number, leaf: (n: number) => Uint8Array | undefined): SortedPieces => {
  const whole = new Map<number, Uint8Array>()
  const others: Piece[] = []
  let at: number | undefined
  for (const [index, piece] of piecesOf(bytes).entries()) {
    const n = numberOfLine(piece.bytes)
    const expected = n === undefined ? undefined : leaf(n)
    const holds = n !== undefined && expected !== undefined && Buffer.compare(leafOf(n, piece.bytes), expected) === 0
    if (holds && !whole.has(n)) whole.set(n, piece.bytes)
    else others.push(piece)
    if (!holds || n !== first + index) at ??= piece.offset
  }
  return { whole, others, at: at ?? bytes.length }
}

const damagedSegment = (read: ReadSegment, bytes: Uint8Array, why: string): JudgedSegment => {
  const { segment, first, leaves } = read
  // Leaves that are not the signed ones prove nothing of any line.
  const proved = digestOf(leaves) === segment.leaves
  const leaf = (n: number): Uint8Array | undefined => {
    const at = (n - first) * LEAF_BYTES
    return proved && at >= 0 && at < leaves.length ? leaves.subarray(at, at + LEAF_BYTES) : undefined
  }
  const { whole, others, at } = sortedPieces(bytes, first, leaf)
  const wholeLids = new Set([...whole.values()].flatMap((line) => lidsOfPiece(line, leaf)))
  const lids = new Set(others.flatMap((piece) => lidsOfPiece(piece.bytes, leaf)).filter((lid) => !wholeLids.has(lid)))
  return {
    segment,
    first,
    lines: [...whole.entries()].sort(([left], [right]) => left - right).map(([, line]) => line),
    leaves,
    damaged: numbers(read).filter((n) => !whole.has(n)),
    damages: [
      damage(segment.name, at, why, [...lids]),
      ...(proved ? [] : [damage(LEAVES, (first - 1) * LEAF_BYTES, 'leaves of a damaged segment')]),
    ],
  }
}

/**
 * A segment that was found whole when the set was opened, read once more: it still is when the digests of both files hold, for
 * its lines and its leaves were held against each other then. Nothing where it changed.
 */
export const sameSegment = ({ segment, first, bytes, leaves }: ReadSegment): JudgedSegment | undefined => {
  if (bytes === undefined || digestOf(bytes) !== segment.sha256 || digestOf(leaves) !== segment.leaves) return undefined
  return { segment, first, lines: piecesOf(bytes).map((piece) => piece.bytes), leaves, damaged: [], damages: [] }
}

/** Says which lines of a segment are whole, by its digest, and where that does not hold by the leaves. */
export const judgeSegment = (read: ReadSegment): JudgedSegment => {
  const { segment, first, bytes, leaves } = read
  if (bytes === undefined) {
    const missing = [damage(segment.name, 0, 'missing or not readable')]
    return { segment, first, lines: [], leaves, damaged: numbers(read), damages: missing }
  }
  if (bytes.length !== segment.bytes) return damagedSegment(read, bytes, `${segment.bytes} bytes were written`)
  if (digestOf(bytes) !== segment.sha256) return damagedSegment(read, bytes, 'other bytes than were written')
  return wholeSegment(read, piecesOf(bytes))
}
