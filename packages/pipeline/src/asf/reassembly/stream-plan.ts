import type { AsfHeader, AsfStream } from '../header/asf-header'
import { VARIABLE_SIZE } from '../header/extended-stream-properties'
import { PAYLOAD_EXTENSION } from '../guid/stream-guids'
import { readU16 } from '../bytes/read-little-endian'
import type { AudioSpread } from '../stream/audio-spread'
import { STREAM_ROWS } from './object-table'

/** What reading has to know of each stream, by stream number. */
export interface StreamPlan {
  /** 1 where the header describes the stream and it is wanted. */
  readonly wanted: Uint8Array
  /** 1 where the header describes it. */
  readonly known: Uint8Array
  /** 1 where every object is a key frame: anything but video. */
  readonly alwaysKey: Uint8Array
  /** 100 ns units, added to a stated time: time offset less preroll. */
  readonly shift: Float64Array
  /** Sizes of the payload extensions up to and with the Encryption sample ID; undefined where there is none. */
  readonly sampleId: ReadonlyArray<ReadonlyArray<number> | undefined>
  /** Where objects must be put in playing order. */
  readonly spread: ReadonlyArray<AudioSpread | undefined>
}

const UNITS_PER_MILLISECOND = 10_000

/**
 * Gathers from the header what reading a payload has to know, so that no payload looks into the header.
 *
 * @param only Stream numbers that are wanted; all where undefined.
 */
export const planStreams = (header: AsfHeader, only: ReadonlySet<number> | undefined): StreamPlan => {
  const wanted = new Uint8Array(STREAM_ROWS)
  const known = new Uint8Array(STREAM_ROWS)
  const alwaysKey = new Uint8Array(STREAM_ROWS)
  const shift = new Float64Array(STREAM_ROWS)
  const sampleId = Array.from<ReadonlyArray<number> | undefined>({ length: STREAM_ROWS })
  const spread = Array.from<AudioSpread | undefined>({ length: STREAM_ROWS })
  for (const stream of header.streams) {
    const { number } = stream
    known[number] = 1
    wanted[number] = only === undefined || only.has(number) ? 1 : 0
    alwaysKey[number] = stream.kind === 'audio' ? 1 : 0
    shift[number] = stream.timeOffset - header.file.preroll * UNITS_PER_MILLISECOND
    sampleId[number] = sampleIdSizes(stream)
    // The cipher's unit is the payload as stored: protected objects stay as they are.
    spread[number] = stream.encrypted ? undefined : stream.spread
  }
  return { wanted, known, alwaysKey, shift, sampleId, spread }
}

const sampleIdSizes = (stream: AsfStream): ReadonlyArray<number> | undefined => {
  const extensions = stream.extended?.extensions ?? []
  const place = extensions.findIndex(({ system }) => system === PAYLOAD_EXTENSION.EncryptionSampleId)
  return place < 0 ? undefined : extensions.slice(0, place + 1).map(({ size }) => size)
}

/**
 * Finds the last of several extension values. The caller needs its place and length without an object being made,
 * so both come in one number: place × 65 536 + length.
 *
 * @returns -1 when the values go past `end`.
 */
export const findLastValue = (
  sizes: ReadonlyArray<number>,
  bytes: Uint8Array,
  from: number,
  end: number
): number => {
  let at = from
  let length = 0
  for (const size of sizes) {
    at += length
    length = size
    if (size === VARIABLE_SIZE) {
      length = readU16(bytes, at)
      at += 2
    }
  }
  return at + length <= end ? at * 0x1_0000 + length : -1
}
