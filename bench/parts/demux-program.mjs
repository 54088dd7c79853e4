/**
 * The program that is measured: reads an ASF file and hands every sample, whole, to a receiver that keeps the last of each
 * stream. With a key it takes the classic cipher off on the way. Bundled into one file before it runs.
 *
 * usage: node demux-program.js FILE.asf [KEY: 40 hex digits] [--digest]
 */
import { createHash } from 'node:crypto'

import { demuxAsf } from '../../packages/pipeline/src/asf/demux/demux-asf.ts'
import { readAsfHeader } from '../../packages/pipeline/src/asf/header/read-asf-header.ts'
import { cocktailUnder } from '../../packages/pipeline/src/cipher/cocktail/cocktail.ts'
import { openFileSource } from '../../packages/pipeline/src/io/file-source.ts'

const FIRST_ROOM = 0x1_0000
const ROOM = 2 ** 18
const STREAMS = 128

const must = (answer) => {
  if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const nothing = () => undefined

/** Each stream has one sample open at a time and its own room. */
const clearReceiver = (onSample) => {
  const rooms = Array.from({ length: STREAMS }, () => undefined)
  const sizes = new Float64Array(STREAMS)
  const begin = (track, size) => {
    if (rooms[track] === undefined || rooms[track].length < size) rooms[track] = new Uint8Array(Math.max(FIRST_ROOM, 2 * size))
    sizes[track] = size
    return track
  }
  const write = (track, bytes, from, length, into) => rooms[track].set(bytes.subarray(from, from + length), into)
  const complete = (track) => onSample(rooms[track], 0, sizes[track])
  return { cancelled: () => false, begin, ready: async () => undefined, protection: nothing, write, complete, drop: nothing, end: nothing }
}

/** Samples lie one behind the other in a room; when it is full, all their units are decrypted at once and the samples leave. */
const protectedReceiver = (key, onSample) => {
  const { decryptUnits } = cocktailUnder(Buffer.from(key, 'hex'))
  const units = { at: [], length: [], total: 0 }
  let room = new Uint8Array(ROOM)
  const samples = { at: [], size: [] }
  const open = new Float64Array(STREAMS).fill(-1)
  const lengths = new Float64Array(STREAMS)
  let used = 0
  const leave = () => {
    decryptUnits(room, units)
    samples.at.forEach((at, index) => onSample(room, at, samples.size[index]))
    for (const column of [units.at, units.length, samples.at, samples.size]) column.length = 0
  }
  /** Samples that are still open move to the front, decrypted as far as they are there. */
  const makeRoom = (size) => {
    leave()
    const kept = [...open.keys()].filter((track) => open[track] >= 0).sort((one, other) => open[one] - open[other])
    const wanted = kept.reduce((sum, track) => sum + lengths[track], size)
    const next = wanted > room.length ? new Uint8Array(wanted) : room
    used = 0
    for (const track of kept) {
      next.set(room.subarray(open[track], open[track] + lengths[track]), used)
      open[track] = used
      used += lengths[track]
    }
    room = next
  }
  const begin = (track, size) => {
    if (used + size > room.length) makeRoom(size)
    open[track] = used
    lengths[track] = size
    used += size
    return track
  }
  const write = (track, bytes, from, length, into) => {
    const at = open[track] + into
    room.set(bytes.subarray(from, from + length), at)
    units.at.push(at)
    units.length.push(length)
  }
  const complete = (track) => {
    samples.at.push(open[track])
    samples.size.push(lengths[track])
    open[track] = -1
  }
  return { cancelled: () => false, begin, ready: async () => undefined, protection: nothing, write, complete, drop: nothing, end: leave }
}

const main = async () => {
  const [path, ...rest] = process.argv.slice(2)
  const [key] = rest.filter((text) => !text.startsWith('--'))
  const digest = rest.includes('--digest') ? createHash('sha256') : undefined
  let [samples, bytes] = [0, 0]
  const onSample = (room, at, size) => {
    samples += 1
    bytes += size
    digest?.update(room.subarray(at, at + size))
  }
  const source = must(await openFileSource(path)())
  const header = must(await readAsfHeader(source)())
  const receiver = key === undefined ? clearReceiver(onSample) : protectedReceiver(key, onSample)
  must(await demuxAsf(source, header, receiver)())
  receiver.end()
  must(await source.close()())
  console.log(samples, bytes, digest?.digest('hex') ?? '')
}

main()
