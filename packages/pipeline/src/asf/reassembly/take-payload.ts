import { NO_ROOM } from '../../media/sample-receiver'
import type { PacketCursor } from '../packet/packet-cursor'
import { COMPRESSED } from '../packet/read-payload'
import { GOOD, WAIT } from '../packet/step'
import { abandonObject } from './abandon-object'
import { beginObject } from './begin-object'
import type { Demuxing } from './demuxing'
import { takeFragment } from './take-fragment'
import { takeSubPayloads } from './take-sub-payloads'

/**
 * Hands the payload that the cursor has read to the receiver.
 *
 * @returns GOOD, BAD, WAIT or TOO_LARGE.
 */
export const takePayload = (run: Demuxing, cursor: PacketCursor): number => {
  const { plan, warnings } = run
  const { stream } = cursor
  if (cursor.overrun) {
    cursor.overrun = false
    warnings.add(cursor.base + cursor.at, `payload of stream ${stream} reaches into the padding`)
  }
  if (plan.wanted[stream] !== 1) {
    noteStranger(run, cursor)
    return GOOD
  }
  if (cursor.replicatedLength === COMPRESSED) return takeSubPayloads(run, cursor)
  const length = cursor.dataEnd - cursor.dataAt
  if (length === 0) {
    warnings.add(cursor.base + cursor.at, `empty payload of stream ${stream}`)
    return GOOD
  }
  return cursor.replicatedLength === 0 ? takeWhole(run, cursor, length) : takeFragment(run, cursor, length)
}

/** Without replicated data a payload is a whole object, and its time is the packet's send time. */
const takeWhole = (run: Demuxing, cursor: PacketCursor, length: number): number => {
  abandonObject(run, cursor.stream, 'another object begins')
  const slot = beginObject(run, cursor, length, cursor.sendTime)
  if (slot === NO_ROOM) return WAIT
  run.receiver.write(slot, cursor.bytes, cursor.dataAt, length, 0)
  run.receiver.complete(slot)
  return GOOD
}

const noteStranger = ({ plan, strangers, warnings }: Demuxing, cursor: PacketCursor): void => {
  const { stream } = cursor
  if (plan.known[stream] === 1 || strangers[stream] === 1) return
  strangers[stream] = 1
  warnings.add(cursor.base + cursor.at, `payloads of stream ${stream}, which the header does not describe`)
}
