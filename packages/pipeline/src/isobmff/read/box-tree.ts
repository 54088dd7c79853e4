import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { hexText } from '../hex-id'
import { PIFF_IDS } from '../piff-ids'
import { LONG_HEADER, readBoxHeader, SHORT_HEADER, wantsLongHeader } from './box-header'
import type { BoxHeader } from './box-header'
import { malformed } from './malformed'

/** A box in memory. */
export interface Box {
  readonly type: string
  /** Byte offset of its header in the file. */
  readonly at: number
  /** Byte offset of its body in the file. */
  readonly bodyAt: number
  /** What follows the header; shared with the bytes that were read. */
  readonly body: Uint8Array
  readonly children: ReadonlyArray<Box>
}

/** Where a run of boxes stands. */
export interface BoxRange {
  readonly bytes: Uint8Array
  /** Byte offset of `bytes` in the file. */
  readonly at: number
  /** How long the run claims to be; more than `bytes` has when the file was cut. */
  readonly length: number
  /** How many boxes the run is inside of. */
  readonly depth: number
}

/** The boxes of a run. */
export interface BoxTree {
  readonly boxes: ReadonlyArray<Box>
  /** The bytes end before the run does; boxes that are not whole are left out, their parents are not. */
  readonly cut: boolean
}

const MAX_DEPTH = 16
/** Far above what players write (one moov or moof has tens); each costs memory. */
const MAX_BOXES = 65_536
const ID_BYTES = 16

const CONTAINERS: ReadonlySet<string> = new Set([
  'edts', 'mdia', 'minf', 'moof', 'moov', 'mvex', 'schi', 'sinf', 'stbl', 'traf', 'trak', 'wave',
])
/** `stsd` has its version and a count in front of its entries. */
const STSD_FRONT = 8

const PIFF_TYPES: ReadonlyMap<string, string> = new Map(Object.entries(PIFF_IDS).map(([type, id]) => [id, type]))

interface Walk {
  boxes: number
  cut: boolean
}

type Fault = MalformedMedia | UnsupportedMedia

const childrenFrom = (type: string): number | undefined => {
  if (type === 'stsd') return STSD_FRONT
  return CONTAINERS.has(type) ? 0 : undefined
}

const piffType = (type: string, body: Uint8Array): string | undefined =>
  type === 'uuid' && body.length >= ID_BYTES ? PIFF_TYPES.get(hexText(body.subarray(0, ID_BYTES))) : undefined

const isPadding = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** Reads the header at `from`, or undefined where the run or the bytes end before it does. */
const nextHeader = (range: BoxRange, from: number, walk: Walk): E.Either<Fault, BoxHeader | undefined> => {
  const { bytes } = range
  const left = Math.min(range.length, bytes.length) - from
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const needs = left >= SHORT_HEADER && wantsLongHeader(view, from) ? LONG_HEADER : SHORT_HEADER
  if (left >= needs) return readBoxHeader(bytes, from, range.at + from)
  if (range.length > bytes.length) {
    walk.cut = true
    return E.right(undefined)
  }
  // QuickTime closes some lists with four zero bytes.
  if (isPadding(bytes.subarray(from, range.length))) return E.right(undefined)
  return E.left(malformed(range.at + from, `a box header of ${needs} bytes`, `${left} bytes`))
}

const readChildren = (box: Omit<Box, 'children'>, length: number, depth: number, walk: Walk): E.Either<Fault, Box> => {
  const front = childrenFrom(box.type)
  if (front === undefined || front > box.body.length) {
    walk.cut ||= length > box.body.length
    return E.right({ ...box, children: [] })
  }
  const inner = { bytes: box.body.subarray(front), at: box.bodyAt + front, length: length - front, depth: depth + 1 }
  return E.map((children: ReadonlyArray<Box>) => ({ ...box, children }))(walkRange(inner, walk))
}

const readBox = (range: BoxRange, from: number, header: BoxHeader, walk: Walk): E.Either<Fault, Box | undefined> => {
  const end = from + (header.size ?? range.length - from)
  const at = range.at + from
  if (end > range.length) {
    return E.left(malformed(at, `a box of at most ${range.length - from} bytes`, `${header.type} of ${end - from}`))
  }
  walk.boxes += 1
  if (walk.boxes > MAX_BOXES) return E.left({ type: 'UnsupportedMedia', at, what: `more than ${MAX_BOXES} boxes` })
  // A container that is cut is kept: what is inside of it says so when its children have been read.
  if (end > range.bytes.length && childrenFrom(header.type) === undefined) {
    walk.cut = true
    return E.right(undefined)
  }
  const bodyFrom = from + header.headerBytes
  const whole = range.bytes.subarray(bodyFrom, end)
  const alias = piffType(header.type, whole)
  const skip = alias === undefined ? 0 : ID_BYTES
  const box = { type: alias ?? header.type, at, bodyAt: range.at + bodyFrom + skip, body: whole.subarray(skip) }
  return readChildren(box, end - bodyFrom - skip, range.depth, walk)
}

const walkRange = (range: BoxRange, walk: Walk): E.Either<Fault, ReadonlyArray<Box>> => {
  if (range.depth > MAX_DEPTH) return E.left(malformed(range.at, `boxes at most ${MAX_DEPTH} deep`, 'a deeper box'))
  const boxes: Array<Box> = []
  let from = 0
  while (from < range.length && !walk.cut) {
    const header = nextHeader(range, from, walk)
    if (E.isLeft(header)) return header
    if (header.right === undefined) break
    const box = readBox(range, from, header.right, walk)
    if (E.isLeft(box)) return box
    if (box.right !== undefined) boxes.push(box.right)
    from += header.right.size ?? range.length - from // 8 or more either way
  }
  return E.right(boxes)
}

/**
 * Reads a run of boxes, and those inside the containers among them. PIFF's `uuid` boxes come under today's names.
 *
 * @errors `MalformedMedia` for a size that is too small or leaves its parent, or boxes more than 16 deep;
 * `UnsupportedMedia` for more boxes than any real file has.
 */
export const readBoxTree = (range: BoxRange): E.Either<Fault, BoxTree> => {
  const walk: Walk = { boxes: 0, cut: false }
  return E.map((boxes: ReadonlyArray<Box>) => ({ boxes, cut: walk.cut }))(walkRange(range, walk))
}

/** The first child of a type. */
export const childOf = (box: Pick<Box, 'children'> | undefined, type: string): Box | undefined =>
  box?.children.find((child) => child.type === type)

/** Follows a path of types downwards. */
export const descendant = (box: Box | undefined, ...path: ReadonlyArray<string>): Box | undefined =>
  path.reduce<Box | undefined>((found, type) => childOf(found, type), box)
