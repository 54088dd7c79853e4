import { readU16, readU32, readU64 } from '../bytes/read-little-endian'
import { bodyOf, OBJECT_FRAME } from '../header/asf-object'
import type { AsfObject } from '../header/asf-object'
import type { WarningLog } from '../../media/warning-log'

/** Where the key frames of one video stream are. Entries are read from the bytes when they are asked for. */
export interface SimpleIndexObject {
  readonly at: number
  /** 100 ns units from one entry to the next; 0 in an index that says nothing. */
  readonly interval: number
  /** Entries that are really there. */
  readonly count: number
  /** Number of the packet, from 0, in which the last key frame at or before an entry's time begins. */
  readonly packetOf: (entry: number) => number
  /** How many packets that key frame lies in. */
  readonly spanOf: (entry: number) => number
}

const INTERVAL_AT = 16
const COUNT_AT = 28
const ENTRIES_AT = 32
const ENTRY_BYTES = 6

/** Reads the object. @source Advanced Systems Format Specification, 6.1 */
export const readSimpleIndex = (object: AsfObject, warnings: WarningLog): SimpleIndexObject => {
  const body = bodyOf(object)
  const room = Math.max(0, Math.floor((body.length - ENTRIES_AT) / ENTRY_BYTES))
  const stated = readU32(body, COUNT_AT)
  if (stated > room) warnings.add(object.at + OBJECT_FRAME + COUNT_AT, `Simple Index counts ${stated} entries and has ${room}`)
  return {
    at: object.at,
    interval: readU64(body, INTERVAL_AT),
    count: Math.min(stated, room),
    packetOf: (entry) => readU32(body, ENTRIES_AT + entry * ENTRY_BYTES),
    spanOf: (entry) => readU16(body, ENTRIES_AT + entry * ENTRY_BYTES + 4),
  }
}
