import { NO_ROOM } from '../../media/sample-receiver'
import { readU32 } from '../bytes/read-little-endian'
import type { PacketCursor } from '../packet/packet-cursor'
import { GOOD, TOO_LARGE, WAIT } from '../packet/step'
import { REPLICATED_LEAST } from '../packet/read-payload'
import type { AudioSpread } from '../stream/audio-spread'
import { isSpread, spreadTarget } from '../stream/audio-spread'
import { abandonObject } from './abandon-object'
import { beginObject } from './begin-object'
import type { Demuxing } from './demuxing'
import { CLOSED } from './object-table'
import { findLastValue } from './stream-plan'

const TIME_AT = 4
const ID_BYTES = 8
const IV_BYTES = 16

/**
 * Hands over a payload that says which object it belongs to and where in it. Each call writes the payload in one
 * piece, so that a receiver can see the units of a cipher; only audio that is put in playing order comes in chunks.
 *
 * @returns GOOD, WAIT or TOO_LARGE.
 */
export const takeFragment = (run: Demuxing, cursor: PacketCursor, length: number): number => {
  const { objects, plan, receiver } = run
  const { stream, objectOffset } = cursor
  const size = readU32(cursor.bytes, cursor.replicatedAt)
  if (objectOffset === 0) {
    const began = beginFragments(run, cursor, size, length)
    if (began !== GOOD) return began
  } else if (!continues(run, cursor, size, length)) return GOOD
  const slot = objects.slot[stream] ?? CLOSED
  if (slot === CLOSED) return GOOD
  const spread = plan.spread[stream]
  if (spread !== undefined && isSpread(spread, size)) writeSpread(run, cursor, slot, spread)
  else receiver.write(slot, cursor.bytes, cursor.dataAt, length, objectOffset)
  const filled = objectOffset + length
  objects.filled[stream] = filled
  if (filled === size) {
    objects.slot[stream] = CLOSED
    receiver.complete(slot)
  }
  return GOOD
}

const beginFragments = (run: Demuxing, cursor: PacketCursor, size: number, length: number): number => {
  const { objects, warnings } = run
  const { stream } = cursor
  abandonObject(run, stream, 'another object begins')
  const at = cursor.base + cursor.at
  if (length > size) {
    objects.orphaned[stream] = 1
    warnings.add(at, `object of stream ${stream} states ${size} bytes and brings ${length}`)
    return GOOD
  }
  if (size > run.largestSample) {
    objects.orphaned[stream] = 1
    run.tooLarge = size
    return TOO_LARGE
  }
  const slot = beginObject(run, cursor, size, readU32(cursor.bytes, cursor.replicatedAt + TIME_AT))
  if (slot === NO_ROOM) return WAIT
  objects.slot[stream] = slot
  objects.number[stream] = cursor.objectNumber
  objects.size[stream] = size
  objects.filled[stream] = 0
  objects.at[stream] = at
  objects.orphaned[stream] = 0
  giveProtection(run, cursor, slot)
  return GOOD
}

const giveProtection = (run: Demuxing, cursor: PacketCursor, slot: number): void => {
  const sizes = run.plan.sampleId[cursor.stream]
  if (sizes === undefined) return
  const end = cursor.replicatedAt + cursor.replicatedLength
  const found = findLastValue(sizes, cursor.bytes, cursor.replicatedAt + REPLICATED_LEAST, end)
  const length = found < 0 ? 0 : found % 0x1_0000
  if (length === ID_BYTES || length === IV_BYTES) {
    run.receiver.protection(slot, cursor.bytes, Math.floor(found / 0x1_0000), length)
  } else run.warnings.add(cursor.base + cursor.at, `object of stream ${cursor.stream} without its sample ID`)
}

/** True when the fragment is the next one of the open object; else the object is given up. */
const continues = (run: Demuxing, cursor: PacketCursor, size: number, length: number): boolean => {
  const { objects, warnings } = run
  const { stream } = cursor
  if (objects.slot[stream] === CLOSED) {
    if (objects.orphaned[stream] === 1) return false
    objects.orphaned[stream] = 1
    warnings.add(cursor.base + cursor.at, `fragment of stream ${stream} without the beginning of its object`)
    return false
  }
  const next =
    objects.number[stream] === cursor.objectNumber && objects.filled[stream] === cursor.objectOffset
  if (next && objects.size[stream] === size && cursor.objectOffset + length <= size) return true
  objects.orphaned[stream] = 1
  abandonObject(run, stream, next ? 'its size changes' : 'a fragment is missing or repeated')
  return false
}

const writeSpread = (run: Demuxing, cursor: PacketCursor, slot: number, spread: AudioSpread): void => {
  const length = cursor.dataEnd - cursor.dataAt
  let done = 0
  while (done < length) {
    const stored = cursor.objectOffset + done
    const piece = Math.min(length - done, spread.chunk - (stored % spread.chunk))
    run.receiver.write(slot, cursor.bytes, cursor.dataAt + done, piece, spreadTarget(spread, stored))
    done += piece
  }
}
