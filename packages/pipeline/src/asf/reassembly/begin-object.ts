import { SAMPLE_KEY } from '../../media/sample-receiver'
import type { PacketCursor } from '../packet/packet-cursor'
import type { Demuxing } from './demuxing'
import { unwrapTime } from './object-table'

const UNITS_PER_MILLISECOND = 10_000

/**
 * Opens an object of the payload's stream at the receiver.
 *
 * @param milliseconds As stated, preroll included.
 * @returns The receiver's slot or `NO_ROOM`.
 */
export const beginObject = (
  run: Demuxing,
  cursor: PacketCursor,
  size: number,
  milliseconds: number
): number => {
  const { objects, plan, receiver } = run
  const { stream } = cursor
  const time = unwrapTime(objects, stream, milliseconds) * UNITS_PER_MILLISECOND + (plan.shift[stream] ?? 0)
  const flags = cursor.key || plan.alwaysKey[stream] === 1 ? SAMPLE_KEY : 0
  return receiver.begin(stream, size, time, flags, cursor.base + cursor.at)
}
