import { NO_ROOM } from '../../media/sample-receiver'
import { bad } from '../packet/packet-cursor'
import type { PacketCursor } from '../packet/packet-cursor'
import { GOOD, WAIT } from '../packet/step'
import { abandonObject } from './abandon-object'
import { beginObject } from './begin-object'
import type { Demuxing } from './demuxing'

/**
 * Hands over the objects of a compressed payload: each is a length of one byte and a whole object. Remembers in the
 * cursor how far it came, for when the receiver has no room.
 *
 * @returns GOOD, BAD or WAIT.
 * @source Advanced Systems Format Specification, 5.2.3.2
 */
export const takeSubPayloads = (run: Demuxing, cursor: PacketCursor): number => {
  if (cursor.subAt === 0) {
    abandonObject(run, cursor.stream, 'another object begins')
    cursor.subAt = cursor.dataAt
    cursor.subIndex = 0
  }
  const delta = cursor.bytes[cursor.replicatedAt] ?? 0
  while (cursor.subAt < cursor.dataEnd) {
    const at = cursor.subAt
    const length = cursor.bytes[at] ?? 0
    const left = cursor.dataEnd - at - 1
    if (length > left) {
      cursor.subAt = 0
      return bad(cursor, at, `a sub-payload of at most ${left} bytes`, `${length} bytes`)
    }
    if (length === 0) run.warnings.add(cursor.base + at, `empty sub-payload of stream ${cursor.stream}`)
    else {
      const slot = beginObject(run, cursor, length, cursor.objectOffset + cursor.subIndex * delta)
      if (slot === NO_ROOM) return WAIT
      run.receiver.write(slot, cursor.bytes, at + 1, length, 0)
      run.receiver.complete(slot)
    }
    cursor.subAt = at + 1 + length
    cursor.subIndex += 1
  }
  cursor.subAt = 0
  return GOOD
}
