import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import { viewOf } from './box-fields'
import { LONG_HEADER, readBoxHeader, SHORT_HEADER, wantsLongHeader } from './box-header'
import type { BoxHeader } from './box-header'
import { readBoxTree } from './box-tree'
import type { BoxTree } from './box-tree'
import type { SourceWalk } from './source-walk'

/** Most bytes of one header box that are held in memory. */
const HEADER_BOX_MAX = 64 * 1024 * 1024

/** A box at the top of the file; its header has been read. */
export interface TopBox extends BoxHeader {
  readonly at: number
}

/** Reads the next header at the top of a file, where there is one: the file may end before it or inside of it. */
export const nextTopBox = async (walk: SourceWalk): Promise<E.Either<PipelineFault, TopBox | 'end' | 'cut'>> => {
  const at = walk.at()
  const short = await walk.take(SHORT_HEADER)
  if (E.isLeft(short)) return short
  if (short.right.length === 0) return E.right('end')
  if (short.right.length < SHORT_HEADER) return E.right('cut')
  const isLong = wantsLongHeader(viewOf(short.right), 0)
  const rest = isLong ? await walk.take(LONG_HEADER - SHORT_HEADER) : E.right(new Uint8Array(0))
  if (E.isLeft(rest)) return rest
  const bytes = new Uint8Array(SHORT_HEADER + rest.right.length)
  bytes.set(short.right)
  bytes.set(rest.right, SHORT_HEADER)
  if (isLong && bytes.length < LONG_HEADER) return E.right('cut')
  return E.map((header: BoxHeader): TopBox => ({ ...header, at }))(readBoxHeader(bytes, 0, at))
}

/** A `moov` or `moof` in memory. */
export interface HeaderTree {
  readonly tree: BoxTree
  /** What follows the box's header. */
  readonly body: Uint8Array
}

/**
 * Reads a header box whole, and the boxes inside of it.
 *
 * @errors `UnsupportedMedia` for one of more than 64 MiB; those of the boxes and of the source.
 */
export const readHeaderTree = async (walk: SourceWalk, box: TopBox): Promise<E.Either<PipelineFault, HeaderTree>> => {
  const length = box.size === undefined ? undefined : box.size - box.headerBytes
  const tooLong = { type: 'UnsupportedMedia', at: box.at, what: `a ${box.type} box of more than 64 MiB` } as const
  if (length !== undefined && length > HEADER_BOX_MAX) return E.left(tooLong)
  const read = await walk.take(length ?? HEADER_BOX_MAX + 1)
  if (E.isLeft(read)) return read
  const body = read.right
  if (body.length > HEADER_BOX_MAX) return E.left(tooLong)
  const tree = readBoxTree({ bytes: body, at: box.at + box.headerBytes, length: length ?? body.length, depth: 1 })
  return E.map((found: BoxTree): HeaderTree => ({ tree: found, body }))(tree)
}
