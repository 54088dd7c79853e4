import type { Field } from '../bytes/fields'
import { blob, record, times, u16, u32, u64 } from '../bytes/fields'
import { readU32 } from '../bytes/read-little-endian'
import { TOP_LEVEL } from '../guid/top-level-guids'
import type { AsfObject } from '../header/asf-object'
import { INDEX_SPECIFIER } from '../header/index-parameters'
import { readFieldsOf } from '../header/read-fields-of'
import type { WarningLog } from '../../media/warning-log'

/** A stream of an index and what its entries point to. */
export interface IndexSpecifier {
  readonly stream: number
  /** 1 nearest past packet, 2 nearest past object, 3 nearest past clean point. */
  readonly type: number
}

interface IndexBlock {
  readonly count: number
  /** Added to the offsets of the block, one for each specifier. */
  readonly positions: ReadonlyArray<number>
  readonly entries: Uint8Array
}

/** An index whose entries hold an offset for each of its streams. */
export interface BlockIndexObject {
  readonly at: number
  /** Milliseconds from one entry to the next, or media objects; 1 in a Timecode Index, whose entries say their time. */
  readonly interval: number
  readonly specifiers: ReadonlyArray<IndexSpecifier>
  /** Entries of all blocks. */
  readonly count: number
  /** Bytes from the first packet; undefined where the entry points nowhere. */
  readonly offsetOf: (specifier: number, entry: number) => number | undefined
  /** The timecode in front of an entry; undefined in other indexes. */
  readonly timecodeOf: (entry: number) => number | undefined
}

const NOWHERE = 0xffff_ffff
const OFFSET_BYTES = 4

interface Shape {
  readonly interval: Field<number>
  /** Bytes of an entry in front of its offsets. */
  readonly entryFront: number
  /** Field between the number of entries and the positions of a block. */
  readonly blockFront: Field<unknown>
}

const nothing: Field<unknown> = () => undefined

/** @source Advanced Systems Format Specification, 6.2 to 6.4 */
const SHAPES: Readonly<Record<string, Shape>> = {
  [TOP_LEVEL.Index]: { interval: u32, entryFront: 0, blockFront: nothing },
  [TOP_LEVEL.MediaObjectIndex]: { interval: u32, entryFront: 0, blockFront: nothing },
  // Its first field is reserved and always 1; each block has a range in front of its positions, each entry a timecode.
  [TOP_LEVEL.TimecodeIndex]: { interval: u32, entryFront: 4, blockFront: u16 },
}

const FRONT = record({ specifiers: u16, blocks: u32 })

const blocksOf = (count: number, width: number, { entryFront, blockFront }: Shape): Field<ReadonlyArray<IndexBlock>> => {
  const entryBytes = entryFront + width * OFFSET_BYTES
  return times(count, (cursor) => {
    const entries = u32(cursor)
    blockFront(cursor)
    const positions = times(width, u64)(cursor)
    const bytes = blob(() => entries * entryBytes)(cursor)
    const there = entryBytes === 0 ? 0 : Math.floor(bytes.length / entryBytes)
    return { count: Math.min(entries, there), positions, entries: bytes }
  })
}

/** Reads an Index, Media Object Index or Timecode Index Object as far as it goes; undefined for any other. */
export const readBlockIndex = (object: AsfObject, name: string, warnings: WarningLog): BlockIndexObject | undefined => {
  const shape = SHAPES[object.guid]
  if (shape === undefined) return undefined
  const fields: Field<{ interval: number; specifiers: ReadonlyArray<IndexSpecifier>; blocks: ReadonlyArray<IndexBlock> }> = (
    cursor
  ) => {
    const interval = shape.interval(cursor)
    const counts = FRONT(cursor)
    const specifiers = times(counts.specifiers, INDEX_SPECIFIER)(cursor)
    // Without all of them no entry has a place.
    if (specifiers.length < counts.specifiers) return { interval, specifiers, blocks: [] }
    return { interval, specifiers, blocks: blocksOf(counts.blocks, counts.specifiers, shape)(cursor) }
  }
  const { interval, specifiers, blocks } = readFieldsOf(object, name, fields, warnings)
  const find = entryFinder(blocks, shape.entryFront + specifiers.length * OFFSET_BYTES)
  return {
    at: object.at,
    interval,
    specifiers,
    count: blocks.reduce((sum, { count }) => sum + count, 0),
    offsetOf: (specifier, entry) => {
      const found = find(entry)
      if (found === undefined || specifier >= specifiers.length) return undefined
      const offset = readU32(found.block.entries, found.from + shape.entryFront + specifier * OFFSET_BYTES)
      return offset === NOWHERE ? undefined : (found.block.positions[specifier] ?? 0) + offset
    },
    timecodeOf: (entry) => {
      const found = find(entry)
      return found === undefined || shape.entryFront === 0 ? undefined : readU32(found.block.entries, found.from)
    },
  }
}

interface FoundEntry {
  readonly block: IndexBlock
  /** Place in the block's entries. */
  readonly from: number
}

/** Finds an entry by its number over all blocks, by halves: a hostile file has many blocks and asks often. */
const entryFinder = (blocks: ReadonlyArray<IndexBlock>, width: number): ((entry: number) => FoundEntry | undefined) => {
  const ends: number[] = []
  for (const { count } of blocks) ends.push((ends.at(-1) ?? 0) + count)
  return (entry) => {
    let low = 0
    let high = blocks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (entry < (ends[middle] ?? 0)) high = middle
      else low = middle + 1
    }
    const block = blocks[low]
    return block && { block, from: (entry - ((ends[low] ?? 0) - block.count)) * width }
  }
}
