import * as E from 'fp-ts/Either'

import { AUDIO_NAMES } from '../../asf/stream/codec-tags'
import { parseWaveFormat } from '../../asf/stream/wave-format'
import { readDfla } from '../../codec/flac/stream-info'
import { readDops, writeOpusHead } from '../../codec/opus/opus-head'
import { readDvc1 } from '../../codec/vc1/dvc1'
import type { TrackDescription } from '../../media/media-description'
import { readEsds } from './esds-reader'
import type { Box } from './box-tree'

/** What the configuration of a codec tells of its track. */
export interface CodecConfiguration {
  /** Private data as other containers hold it. */
  readonly codecPrivate: Uint8Array
  /** From `esds`. @source MP4 registration authority, object types */
  readonly objectType?: number
  /** Where the box itself names the codec. */
  readonly codec?: string
  readonly audio?: NonNullable<TrackDescription['audio']>
  /** Bits per second, where the box says it. */
  readonly bitrate?: number
}

type Reader = (body: Uint8Array) => CodecConfiguration | undefined

/** Private data is the body of the box. */
const asItStands: Reader = (body) => ({ codecPrivate: body.slice() })

const ofEsds: Reader = (body) => {
  const esds = readEsds(body)
  return esds && { codecPrivate: esds.specific.slice(), objectType: esds.objectType, bitrate: esds.bitrate }
}

const ofDops: Reader = (body) => {
  const head = readDops(body)
  return E.isLeft(head) ? undefined : { codecPrivate: writeOpusHead(head.right) }
}

/** The block says the rate and the bits, for which the entry may have no room. */
const ofDfla: Reader = (body) => {
  const info = readDfla(body)
  if (E.isLeft(info)) return undefined
  const { block, channels, sampleRate, bitsPerSample } = info.right
  return { codecPrivate: block, audio: { channels, sampleRate, bitsPerSample } }
}

const ofDvc1: Reader = (body) => {
  const units = readDvc1(body)
  return units && { codecPrivate: units }
}

const ofWaveFormat: Reader = (body) => {
  const wave = parseWaveFormat(body)
  if (wave === undefined) return undefined
  const { tag, channels, sampleRate, blockAlign, bitsPerSample, bytesPerSecond, privateData } = wave
  const codec = AUDIO_NAMES.get(tag) ?? `tag 0x${tag.toString(16).padStart(4, '0')}`
  const audio = { channels, sampleRate, blockAlign, bitsPerSample }
  return { codecPrivate: privateData.slice(), codec, audio, bitrate: 8 * bytesPerSecond }
}

/**
 * The boxes with a codec's configuration, in the order in which they are looked for; `write/entry-forms.ts` is the other
 * direction, with the sources.
 */
const READERS: ReadonlyArray<readonly [type: string, read: Reader]> = [
  ['esds', ofEsds],
  ['avcC', asItStands],
  ['hvcC', asItStands],
  ['vpcC', asItStands],
  ['av1C', asItStands],
  ['dvc1', ofDvc1],
  ['dOps', ofDops],
  ['dfLa', ofDfla],
  ['dac3', asItStands],
  ['dec3', asItStands],
  ['wfex', ofWaveFormat],
  ['alac', asItStands],
]

const NOTHING: CodecConfiguration = { codecPrivate: new Uint8Array() }

/**
 * Reads the configuration among the boxes of a sample entry; empty private data where there is none that can be read. Some boxes
 * are older than what made the file and say nothing: that a sample cannot be decoded is not for a container to say.
 */
export const readConfiguration = (boxes: ReadonlyArray<Box>): CodecConfiguration => {
  for (const [type, read] of READERS) {
    const box = boxes.find((one) => one.type === type)
    if (box !== undefined) return read(box.body) ?? NOTHING
  }
  return NOTHING
}
