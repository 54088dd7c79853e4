import type { PipelineFault } from '../../fault/pipeline-fault'
import { openPacket } from '../packet/open-packet'
import type { PacketCursor } from '../packet/packet-cursor'
import { readPayload } from '../packet/read-payload'
import { BAD, GOOD, OPAQUE, TOO_LARGE, WAIT } from '../packet/step'
import type { Demuxing } from '../reassembly/demuxing'
import { takePayload } from '../reassembly/take-payload'
import { indexBegins } from './packet-extent'

/** Where a walk through the packets of a block stands. */
export interface PacketWalk {
  readonly run: Demuxing
  readonly cursor: PacketCursor
  readonly packetSize: number
  readonly salvage: boolean
  /** Place of the next packet in the cursor's bytes. */
  next: number
  /** End of the bytes that are there. */
  filled: number
  packets: number
  mostPackets: number
  /** The packet at `next` was opened and has payloads left. */
  open: boolean
  fault: PipelineFault | undefined
}

/** Every whole packet of the block is done. */
export const BLOCK_DONE = 0
/** The receiver has no room; walk on later. */
export const NEEDS_ROOM = 1
/** An index begins, the receiver wants no more, or the last packet that may be read was. */
export const DATA_DONE = 2
/** `fault` says why. */
export const FAILED = 3

/** First byte of the packets that every known writer makes: error correction of two bytes. */
const USUAL_FIRST_BYTE = 0x82

/** Takes the whole packets that are there, one after the other. */
export const walkPackets = (walk: PacketWalk): number => {
  const { cursor, packetSize, run } = walk
  while (walk.open || (walk.filled - walk.next >= packetSize && walk.packets < walk.mostPackets)) {
    if (run.receiver.cancelled()) return DATA_DONE
    if (!walk.open) {
      const { next } = walk
      if (cursor.bytes[next] !== USUAL_FIRST_BYTE && indexBegins(cursor.bytes, next, walk.filled - next))
        return DATA_DONE
      const opened = openPacket(cursor, next, packetSize, packetSize)
      walk.open = opened === GOOD
      if (opened === OPAQUE) run.warnings.add(cursor.base + next, 'packet of opaque data skipped')
      if (opened === BAD && !goesOn(walk, BAD)) return FAILED
    }
    const taken = walk.open ? takePayloads(walk) : GOOD
    if (taken === WAIT) return NEEDS_ROOM
    if (taken !== GOOD && !goesOn(walk, taken)) return FAILED
    walk.open = false
    walk.next += packetSize
    walk.packets += 1
  }
  return walk.packets >= walk.mostPackets ? DATA_DONE : BLOCK_DONE
}

/** Takes the payloads that the open packet has left. Answers GOOD, BAD, WAIT or TOO_LARGE. */
const takePayloads = (walk: PacketWalk): number => {
  const { cursor, run } = walk
  while (cursor.payloadsLeft > 0) {
    if (!cursor.pending) {
      const read = readPayload(cursor)
      if (read !== GOOD) return read
      cursor.pending = true
    }
    const taken = takePayload(run, cursor)
    if (taken === WAIT || taken === BAD) return taken
    if (taken === TOO_LARGE && !goesOn(walk, TOO_LARGE)) return TOO_LARGE
    cursor.pending = false
    cursor.at = cursor.dataEnd
    cursor.payloadsLeft -= 1
  }
  return GOOD
}

/** Notes the trouble as a warning when the caller salvages, else as the fault that ends the walk. */
const goesOn = (walk: PacketWalk, trouble: number): boolean => {
  const { cursor, run } = walk
  if (trouble === TOO_LARGE) {
    const at = cursor.base + cursor.at
    walk.fault = { type: 'SampleTooLarge', at, bytes: run.tooLarge, limit: run.largestSample }
    if (walk.salvage)
      run.warnings.add(at, `object of ${run.tooLarge} bytes skipped, above ${run.largestSample}`)
  } else {
    const { badAt: at, expected, found } = cursor
    walk.fault = { type: 'MalformedMedia', format: 'asf', at, expected, found }
    if (walk.salvage) run.warnings.add(at, `packet given up: expected ${expected}, found ${found}`)
  }
  return walk.salvage
}

/** Takes what a packet that is cut short still has whole. Answers NEEDS_ROOM or BLOCK_DONE. */
export const walkCutPacket = (walk: PacketWalk): number => {
  const { cursor, packetSize } = walk
  const available = walk.filled - walk.next
  if (!walk.open) {
    if (available === 0 || openPacket(cursor, walk.next, available, packetSize) !== GOOD) return BLOCK_DONE
    walk.open = true
  }
  if (takePayloads(walk) === WAIT) return NEEDS_ROOM
  walk.open = false
  return BLOCK_DONE
}
