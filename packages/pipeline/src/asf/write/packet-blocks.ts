/**
 * Packets in the making: finished ones lie one after the other, so that a flush hands them to the sink without
 * copying; the one being filled follows them. Memory is used again after each flush.
 */
export interface PacketBlocks {
  readonly blocks: Uint8Array[]
  readonly packetSize: number
  /** Block and place in it of the packet being filled. */
  block: number
  at: number
}

const BLOCK_BYTES = 0x4_0000
/** Blocks that are kept between flushes; a large object makes more, which are given back. */
const KEPT_BLOCKS = 8

/** No packets. */
export const createPacketBlocks = (packetSize: number): PacketBlocks => ({
  blocks: [newBlock(packetSize)],
  packetSize,
  block: 0,
  at: 0,
})

const newBlock = (packetSize: number): Uint8Array =>
  new Uint8Array(Math.max(1, Math.floor(BLOCK_BYTES / packetSize)) * packetSize)

/** The block that holds the packet being filled. */
export const currentBlock = (packets: PacketBlocks): Uint8Array => {
  const block = packets.blocks[packets.block]
  if (block === undefined) throw new Error('the packet being filled has no block')
  return block
}

/** The packet being filled is finished: goes to the next. */
export const nextPacket = (packets: PacketBlocks): void => {
  packets.at += packets.packetSize
  if (packets.at < currentBlock(packets).length) return
  packets.block += 1
  packets.at = 0
  if (packets.block === packets.blocks.length) packets.blocks.push(newBlock(packets.packetSize))
}

/** The finished packets, as views in order. */
export const finishedPackets = (packets: PacketBlocks): ReadonlyArray<Uint8Array> =>
  packets.blocks
    .slice(0, packets.block + 1)
    .map((block, index) => (index < packets.block ? block : block.subarray(0, packets.at)))
    .filter(({ length }) => length > 0)

/** Forgets the finished packets and moves the first `used` bytes of the one being filled to the front. */
export const forgetFinished = (packets: PacketBlocks, used: number): void => {
  const block = currentBlock(packets)
  packets.blocks[0]?.set(block.subarray(packets.at, packets.at + used))
  packets.block = 0
  packets.at = 0
  packets.blocks.length = Math.min(packets.blocks.length, KEPT_BLOCKS)
}
