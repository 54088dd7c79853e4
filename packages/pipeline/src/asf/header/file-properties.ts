import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import { hexExcerpt } from '../bytes/hex-excerpt'
import { readBigU64, readU32, readU64 } from '../bytes/read-little-endian'
import { writeBigU64, writeU32, writeU64 } from '../bytes/write-little-endian'
import { HEADER_CHILD } from '../guid/header-guids'
import type { WarningLog } from '../../media/warning-log'
import { buildAsfObject, OBJECT_FRAME } from './asf-object'
import type { AsfObject } from './asf-object'

/** What the whole file promises. @source Advanced Systems Format Specification, 3.2 */
export interface FileProperties {
  /** 16 bytes; the Data Object repeats them. */
  readonly fileId: Uint8Array
  readonly fileSize: number
  /** 100 ns units since 1601-01-01 UTC. */
  readonly creationTime: bigint
  readonly packetCount: number
  /** 100 ns units, preroll included. */
  readonly playDuration: number
  /** 100 ns units, without preroll. */
  readonly sendDuration: number
  /** Milliseconds. */
  readonly preroll: number
  /** Sizes, counts and durations mean nothing. */
  readonly broadcast: boolean
  readonly seekable: boolean
  /** Bytes from one packet to the next. */
  readonly packetSize: number
  /** Bits per second. */
  readonly maxBitrate: number
}

/** Size of the object with its frame. */
export const FILE_PROPERTIES_BYTES = 104

/** Largest packet that is read; the specification allows 64 KiB. */
export const LARGEST_PACKET = 0x10_0000

const AT = {
  fileId: 24,
  fileSize: 40,
  creation: 48,
  packetCount: 56,
  play: 64,
  send: 72,
  preroll: 80,
  flags: 88,
  min: 92,
  max: 96,
  bitrate: 100,
} as const
const BROADCAST = 1
const SEEKABLE = 2
const U32_MAX = 0xffff_ffff

/** Reads the object. The packet size must be one that packets can be cut by. */
export const parseFileProperties = (
  { bytes, at }: AsfObject,
  warnings: WarningLog
): E.Either<MediaFault, FileProperties> => {
  if (bytes.length < FILE_PROPERTIES_BYTES) {
    const found = `${bytes.length} bytes`
    const expected = `File Properties Object of ${FILE_PROPERTIES_BYTES} bytes`
    return E.left({ type: 'MalformedMedia', format: 'asf', at, expected, found })
  }
  const packetSize = readPacketSize(bytes, at, warnings)
  if (E.isLeft(packetSize)) return packetSize
  const flags = readU32(bytes, AT.flags)
  if (readU64(bytes, AT.preroll) > U32_MAX) warnings.add(at + AT.preroll, 'preroll above 32 bits')
  return E.right({
    fileId: bytes.subarray(AT.fileId, AT.fileSize),
    fileSize: readU64(bytes, AT.fileSize),
    creationTime: readBigU64(bytes, AT.creation),
    packetCount: readU64(bytes, AT.packetCount),
    playDuration: readU64(bytes, AT.play),
    sendDuration: readU64(bytes, AT.send),
    preroll: readU32(bytes, AT.preroll),
    broadcast: (flags & BROADCAST) !== 0,
    seekable: (flags & SEEKABLE) !== 0,
    packetSize: packetSize.right,
    maxBitrate: readU32(bytes, AT.bitrate),
  })
}

const readPacketSize = (
  bytes: Uint8Array,
  at: number,
  warnings: WarningLog
): E.Either<MediaFault, number> => {
  const min = readU32(bytes, AT.min)
  const max = readU32(bytes, AT.max)
  if (min !== max) warnings.add(at + AT.min, `packet sizes differ: ${min} and ${max}`)
  const size = max === 0 ? min : max
  if (size === 0) {
    const found = hexExcerpt(bytes, AT.min, 8)
    return E.left({
      type: 'MalformedMedia',
      format: 'asf',
      at: at + AT.min,
      expected: 'a packet size above 0',
      found,
    })
  }
  if (size > LARGEST_PACKET) {
    return E.left({ type: 'UnsupportedMedia', at: at + AT.max, what: `packets of ${size} bytes` })
  }
  return E.right(size)
}

/** The whole object, with its frame. */
export const buildFileProperties = (properties: FileProperties): Uint8Array => {
  const body = new Uint8Array(FILE_PROPERTIES_BYTES - OBJECT_FRAME)
  const at = (field: keyof typeof AT): number => AT[field] - OBJECT_FRAME
  body.set(properties.fileId, at('fileId'))
  writeU64(body, at('fileSize'), properties.fileSize)
  writeBigU64(body, at('creation'), properties.creationTime)
  writeU64(body, at('packetCount'), properties.packetCount)
  writeU64(body, at('play'), properties.playDuration)
  writeU64(body, at('send'), properties.sendDuration)
  writeU64(body, at('preroll'), properties.preroll)
  writeU32(body, at('flags'), (properties.broadcast ? BROADCAST : 0) | (properties.seekable ? SEEKABLE : 0))
  writeU32(body, at('min'), properties.packetSize)
  writeU32(body, at('max'), properties.packetSize)
  writeU32(body, at('bitrate'), properties.maxBitrate)
  return buildAsfObject(HEADER_CHILD.FileProperties, body)
}
