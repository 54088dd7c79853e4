import type { PacketBuilder } from './packet-builder'
import { closePacket } from './packet-builder'
import { cutLength, LAYOUT, largestPayload, payloadRoom } from './packet-layout'
import type { ObjectFields } from './write-payload'
import { writePayload } from './write-payload'

/** Spreads an object over as many packets as it needs; `whole` keeps it in one payload where a packet can hold it. */
export const addObject = (builder: PacketBuilder, object: ObjectFields, whole: boolean): void => {
  const { packetSize } = builder.packets
  const mayCut = !whole || object.size > largestPayload(packetSize, object.replicated)
  let done = 0
  while (done < object.size) {
    makeWay(builder, object)
    const { used, payloads } = builder
    const length = cutLength({ packetSize, used, payloads, replicated: object.replicated }, object.size - done, mayCut)
    if (length === 0) closePacket(builder, false)
    else {
      writePayload(builder, object, done, length, length > payloadRoom(packetSize, used, object.replicated))
      done += length
    }
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
