import { writeU16, writeU32 } from '../bytes/write-little-endian'
import type { PacketBlocks } from './packet-blocks'
import { currentBlock, nextPacket } from './packet-blocks'
import { LAYOUT } from './packet-layout'

/** The packet being filled. Columns of numbers: nothing is made for a packet. */
export interface PacketBuilder {
  readonly packets: PacketBlocks
  /** Bytes of the packet so far, its own header included. */
  used: number
  payloads: number
  /** Send time of the first and the last payload, in milliseconds. */
  firstSend: number
  lastSend: number
  /** Packets that are finished. */
  count: number
  /** Numbers of the packets with the first and the last payload of the object that was added last. */
  objectFirst: number
  objectLast: number
}

/** An empty first packet. */
export const createPacketBuilder = (packets: PacketBlocks): PacketBuilder => ({
  packets,
  used: LAYOUT.multipleHeader,
  payloads: 0,
  firstSend: 0,
  lastSend: 0,
  count: 0,
  objectFirst: 0,
  objectLast: 0,
})

const U8_MAX = 0xff
const PADDING_U8 = 1
const PADDING_U16 = 2
const PADDING_TYPE_SHIFT = 3

/**
 * Writes the packet's header and padding. The padding counts the bytes of its own length field, so with `free` bytes
 * left the field says one or two less.
 *
 * @param single The packet holds one payload without a length of its own.
 */
export const closePacket = (builder: PacketBuilder, single: boolean): void => {
  const { packets, used } = builder
  const block = currentBlock(packets)
  const start = packets.at
  const free = packets.packetSize - used
  const lengthBytes = free === 0 ? 0 : free - 1 <= U8_MAX ? PADDING_U8 : PADDING_U16
  const header = single ? LAYOUT.singleHeader : LAYOUT.multipleHeader
  if (lengthBytes > 0) {
    block.copyWithin(start + header + lengthBytes, start + header, start + used)
    block.fill(0, start + used + lengthBytes, start + packets.packetSize)
  }
  block.set(LAYOUT.correction, start)
  let at = start + LAYOUT.correction.length
  block[at] = (single ? 0 : 1) | (lengthBytes << PADDING_TYPE_SHIFT)
  block[at + 1] = LAYOUT.propertyFlags
  at += 2
  if (lengthBytes === PADDING_U8) block[at] = free - PADDING_U8
  if (lengthBytes === PADDING_U16) writeU16(block, at, free - PADDING_U16)
  at += lengthBytes
  writeU32(block, at, builder.firstSend)
  writeU16(block, at + 4, builder.lastSend - builder.firstSend)
  if (!single) block[at + 6] = LAYOUT.payloadFlags | builder.payloads
  nextPacket(packets)
  builder.used = LAYOUT.multipleHeader
  builder.payloads = 0
  builder.count += 1
}
