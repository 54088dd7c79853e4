import type { PacketBuilder } from './packet-builder'
import { closePacket } from './packet-builder'
import { LAYOUT, largestPayload, payloadRoom } from './packet-layout'
import type { ObjectFields } from './write-payload'
import { writePayload } from './write-payload'

/** Spreads an object over as many packets as it needs; `whole` keeps it in one payload where a packet can hold it. */
export const addObject = (builder: PacketBuilder, object: ObjectFields, whole: boolean): void => {
  const { packetSize } = builder.packets
  const largest = largestPayload(packetSize, object.replicated)
  const mayCut = !whole || object.size > largest
  let done = 0
  while (done < object.size) {
    makeWay(builder, object)
    const left = object.size - done
    const room = payloadRoom(packetSize, builder.used, object.replicated)
    if (left <= room) {
      writePayload(builder, object, done, left, false)
      done = object.size
    } else if (builder.payloads === 0) {
      // The form for one payload has three bytes more room.
      const length = Math.min(left, largest)
      writePayload(builder, object, done, length, true)
      done += length
    } else if (mayCut && room >= LAYOUT.smallestFragment) {
      writePayload(builder, object, done, room, false)
      done += room
    } else closePacket(builder, false)
  }
}

/** Writes each unit of a cipher as one payload of its own. */
export const addUnits = (builder: PacketBuilder, object: ObjectFields, units: ArrayLike<number>): void => {
  const { packetSize } = builder.packets
  let done = 0
  for (let index = 0; index < units.length; index += 1) {
    const length = units[index] ?? 0
    makeWay(builder, object)
    if (builder.payloads > 0 && length > payloadRoom(packetSize, builder.used, object.replicated)) {
      closePacket(builder, false)
    }
    const single = length > payloadRoom(packetSize, builder.used, object.replicated)
    writePayload(builder, object, done, length, single)
    done += length
  }
}

/** Begins another packet when this one can take no further payload, or spans too much time for its 16 bits. */
const makeWay = (builder: PacketBuilder, object: ObjectFields): void => {
  if (builder.payloads === 0) return
  const full = builder.payloads === LAYOUT.mostPayloads
  if (full || object.send - builder.firstSend > LAYOUT.longestDuration) closePacket(builder, false)
}
