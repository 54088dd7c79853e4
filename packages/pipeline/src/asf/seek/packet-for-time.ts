import { TOP_LEVEL } from '../guid/top-level-guids'
import type { GuidText } from '../guid/guid-text'
import { objectName } from '../guid/object-names'
import type { AsfHeader } from '../header/asf-header'
import type { AsfObject } from '../header/asf-object'
import { createWarningLog } from '../../media/warning-log'
import { readBlockIndex, type BlockIndexObject } from './block-index'
import { readSimpleIndex, type SimpleIndexObject } from './simple-index'

const UNITS_PER_MILLISECOND = 10_000
/** What an entry may point to, 1 to this: packet, object, clean point. */
const CLEAN_POINT = 3

/**
 * The number of the packet, from 0, at which to begin reading in order to have everything from a time on: by the Index
 * Object where it names the stream, else by the stream's Simple Index. Undefined where no index knows.
 *
 * @param indexes The index objects behind the packets, in the order of the file.
 * @param time 100 ns units, preroll taken off, as samples have it.
 * @source docs/reference/asf.md §5: both count presentation time, preroll included
 */
export const packetForTime = (
  header: AsfHeader,
  indexes: ReadonlyArray<AsfObject>,
  stream: number,
  time: number
): number | undefined => {
  const shown = Math.max(0, time) + header.file.preroll * UNITS_PER_MILLISECOND
  return byIndex(header, indexes, stream, shown) ?? bySimpleIndex(header, indexes, stream, shown)
}

const objectsOf = (indexes: ReadonlyArray<AsfObject>, guid: GuidText): ReadonlyArray<AsfObject> =>
  indexes.filter((object) => object.guid === guid)

/** Entry for a time: the last one at or before it. */
const entryAt = (shown: number, interval: number, count: number): number | undefined =>
  count === 0 || interval === 0 ? undefined : Math.min(count - 1, Math.floor(shown / interval))

const byIndex = (
  { file }: AsfHeader,
  indexes: ReadonlyArray<AsfObject>,
  stream: number,
  shown: number
): number | undefined => {
  for (const object of objectsOf(indexes, TOP_LEVEL.Index)) {
    const index = readBlockIndex(object, objectName(object.guid), createWarningLog())
    const entry = index && entryAt(shown, index.interval * UNITS_PER_MILLISECOND, index.count)
    const offset = index === undefined || entry === undefined ? undefined : offsetBefore(index, specifierOf(index, stream), entry)
    if (offset !== undefined) return Math.floor(offset / file.packetSize)
  }
  return undefined
}

/** The specifier that points to the best places of a stream. */
const specifierOf = ({ specifiers }: BlockIndexObject, stream: number): number => {
  for (let type = CLEAN_POINT; type > 0; type -= 1) {
    const found = specifiers.findIndex((each) => each.stream === stream && each.type === type)
    if (found >= 0) return found
  }
  return -1
}

/** An entry that points nowhere leaves it to the ones before. */
const offsetBefore = (index: BlockIndexObject, specifier: number, entry: number): number | undefined => {
  if (specifier < 0) return undefined
  for (let at = entry; at >= 0; at -= 1) {
    const offset = index.offsetOf(specifier, at)
    if (offset !== undefined) return offset
  }
  return undefined
}

/** There is one for each video stream, in the order of their numbers. */
const bySimpleIndex = (
  { streams }: AsfHeader,
  indexes: ReadonlyArray<AsfObject>,
  stream: number,
  shown: number
): number | undefined => {
  const simple = objectsOf(indexes, TOP_LEVEL.SimpleIndex)
  const videos = streams
    .filter(({ kind }) => kind === 'video')
    .map(({ number }) => number)
    .sort((one, other) => one - other)
  const place = videos.indexOf(stream)
  // Another stream begins where the picture does.
  const object = simple[place < 0 ? 0 : place]
  const index: SimpleIndexObject | undefined = object && readSimpleIndex(object, createWarningLog())
  const entry = index && entryAt(shown, index.interval, index.count)
  return index === undefined || entry === undefined ? undefined : index.packetOf(entry)
}
