import { writeU16, writeU32 } from '../bytes/write-little-endian'
import { currentBlock } from './packet-blocks'
import type { PacketBuilder } from './packet-builder'
import { closePacket } from './packet-builder'
import { LAYOUT, SAMPLE_ID_BYTES } from './packet-layout'

/** What all payloads of one object have in common. */
export interface ObjectFields {
  /** Stream number, and bit 7 for a key frame. */
  streamByte: number
  objectNumber: number
  size: number
  /** Milliseconds, preroll included. */
  presentation: number
  /** Milliseconds. */
  send: number
  /** Replicated data in all: 8, or 16 with a sample ID. */
  replicated: number
  sampleId: Uint8Array | undefined
  sampleIdOffset: number
  bytes: Uint8Array
  offset: number
}

/**
 * Puts `length` bytes at `from` of the object into the packet being filled. The caller has seen that they fit.
 *
 * @param single Alone in its packet, which is closed.
 */
export const writePayload = (
  builder: PacketBuilder,
  object: ObjectFields,
  from: number,
  length: number,
  single: boolean
): void => {
  const { packets } = builder
  const block = currentBlock(packets)
  if (builder.payloads === 0) builder.firstSend = object.send
  builder.lastSend = object.send
  if (from === 0) builder.objectFirst = builder.count
  builder.objectLast = builder.count
  let at = packets.at + (single ? LAYOUT.singleHeader : builder.used)
  block[at] = object.streamByte
  block[at + 1] = object.objectNumber
  writeU32(block, at + 2, from)
  block[at + 6] = object.replicated
  at += LAYOUT.payloadHeader
  writeU32(block, at, object.size)
  writeU32(block, at + 4, object.presentation)
  if (object.sampleId !== undefined) {
    const id = object.sampleId
    for (let index = 0; index < SAMPLE_ID_BYTES; index += 1) {
      block[at + LAYOUT.replicated + index] = id[object.sampleIdOffset + index] ?? 0
    }
  }
  at += object.replicated
  if (!single) {
    writeU16(block, at, length)
    at += LAYOUT.payloadLength
  }
  const source = object.offset + from
  block.set(object.bytes.subarray(source, source + length), at)
  builder.used = at + length - packets.at
  builder.payloads += 1
  if (single) closePacket(builder, true)
}
