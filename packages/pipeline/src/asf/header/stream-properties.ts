import type { TrackKind } from '../../media/media-description'
import { joinBytes } from '../bytes/join-bytes'
import { readU16, readU32, readU64 } from '../bytes/read-little-endian'
import { writeU16, writeU32 } from '../bytes/write-little-endian'
import type { GuidText } from '../guid/guid-text'
import { guidBytes, readGuid } from '../guid/guid-text'
import { HEADER_CHILD } from '../guid/header-guids'
import { ERROR_CORRECTION, STREAM_TYPE } from '../guid/stream-guids'
import type { AudioSpread } from '../stream/audio-spread'
import { parseAudioSpread } from '../stream/audio-spread'
import type { FileFormat } from '../stream/file-format'
import { parseFileFormat } from '../stream/file-format'
import type { ImageFormat } from '../stream/image-format'
import { parseImageFormat } from '../stream/image-format'
import type { VideoFormat } from '../stream/video-format'
import { parseVideoFormat } from '../stream/video-format'
import type { WaveFormat } from '../stream/wave-format'
import { parseWaveFormat } from '../stream/wave-format'
import { buildAsfObject, OBJECT_FRAME, type AsfObject } from './asf-object'

/** What one stream carries. @source Advanced Systems Format Specification, 3.3 */
export interface StreamProperties {
  /** 1 to 127. */
  readonly number: number
  readonly type: GuidText
  readonly kind: TrackKind
  /** 100 ns units, added to every time of the stream. */
  readonly timeOffset: number
  /** The payloads of the stream are protected. */
  readonly encrypted: boolean
  readonly typeSpecific: Uint8Array
  readonly errorCorrectionType: GuidText
  readonly errorCorrection: Uint8Array
  readonly audio?: WaveFormat
  readonly video?: VideoFormat
  readonly image?: ImageFormat
  /** Of file transfer and binary streams. */
  readonly file?: FileFormat
  /** Only where audio is really spread. */
  readonly spread?: AudioSpread
}

/** Size of the object with its frame and without its two pieces of data. */
export const STREAM_PROPERTIES_BYTES = 78

const TYPE_AT = 24
const CORRECTION_AT = 40
const TIME_OFFSET_AT = 56
const SPECIFIC_LENGTH_AT = 64
const CORRECTION_LENGTH_AT = 68
const FLAGS_AT = 72
const NUMBER_BITS = 0x7f
const ENCRYPTED_BIT = 0x8000

const KINDS: ReadonlyMap<GuidText, TrackKind> = new Map<GuidText, TrackKind>([
  [STREAM_TYPE.Audio, 'audio'],
  [STREAM_TYPE.Video, 'video'],
  [STREAM_TYPE.Command, 'command'],
  [STREAM_TYPE.EncryptedCommand, 'command'],
  [STREAM_TYPE.Jfif, 'image'],
  [STREAM_TYPE.DegradableJpeg, 'image'],
  [STREAM_TYPE.FileTransfer, 'file'],
  [STREAM_TYPE.Binary, 'binary'],
])

/** Reads the object, however short its data. Undefined when even the fixed part is not there. */
export const parseStreamProperties = ({ bytes }: AsfObject): StreamProperties | undefined => {
  if (bytes.length < STREAM_PROPERTIES_BYTES) return undefined
  const flags = readU16(bytes, FLAGS_AT)
  const type = readGuid(bytes, TYPE_AT)
  const room = bytes.length - STREAM_PROPERTIES_BYTES
  const specificLength = Math.min(readU32(bytes, SPECIFIC_LENGTH_AT), room)
  const correctionAt = STREAM_PROPERTIES_BYTES + specificLength
  const typeSpecific = bytes.subarray(STREAM_PROPERTIES_BYTES, correctionAt)
  const errorCorrection = bytes.subarray(correctionAt, correctionAt + readU32(bytes, CORRECTION_LENGTH_AT))
  const errorCorrectionType = readGuid(bytes, CORRECTION_AT)
  const audio = type === STREAM_TYPE.Audio ? parseWaveFormat(typeSpecific) : undefined
  const video = type === STREAM_TYPE.Video ? parseVideoFormat(typeSpecific) : undefined
  const kind = KINDS.get(type) ?? 'other'
  const image = kind === 'image' ? parseImageFormat(typeSpecific) : undefined
  const file = kind === 'file' || kind === 'binary' ? parseFileFormat(typeSpecific) : undefined
  const spread =
    errorCorrectionType === ERROR_CORRECTION.AudioSpread ? parseAudioSpread(errorCorrection) : undefined
  return {
    number: flags & NUMBER_BITS,
    type,
    kind,
    timeOffset: readU64(bytes, TIME_OFFSET_AT),
    encrypted: (flags & ENCRYPTED_BIT) !== 0,
    typeSpecific,
    errorCorrectionType,
    errorCorrection,
    ...(audio && { audio }),
    ...(video && { video }),
    ...(image && { image }),
    ...(file && { file }),
    ...(spread && { spread }),
  }
}

/** What a writer changes in a Stream Properties Object; the rest stays as it was. */
export interface StreamMarks {
  readonly encrypted: boolean
  /** The stored objects are in playing order: the object must no longer say that audio is spread. */
  readonly inOrder: boolean
}

/** Copies the object with other marks. */
export const markStreamProperties = ({ bytes }: AsfObject, marks: StreamMarks): Uint8Array => {
  const copy = bytes.slice()
  if (copy.length < STREAM_PROPERTIES_BYTES) return copy
  const flags = readU16(copy, FLAGS_AT)
  writeU16(copy, FLAGS_AT, marks.encrypted ? flags | ENCRYPTED_BIT : flags & ~ENCRYPTED_BIT)
  const spanAt = STREAM_PROPERTIES_BYTES + readU32(copy, SPECIFIC_LENGTH_AT)
  const spread = readGuid(copy, CORRECTION_AT) === ERROR_CORRECTION.AudioSpread
  if (marks.inOrder && spread && spanAt < copy.length) copy[spanAt] = 1
  return copy
}

/** The object, whole with its frame, with other type-specific data. */
export const withTypeSpecific = (bytes: Uint8Array, typeSpecific: Uint8Array): Uint8Array => {
  const before = readU32(bytes, SPECIFIC_LENGTH_AT)
  const body = joinBytes([
    bytes.subarray(OBJECT_FRAME, STREAM_PROPERTIES_BYTES),
    typeSpecific,
    bytes.subarray(STREAM_PROPERTIES_BYTES + before),
  ])
  writeU32(body, SPECIFIC_LENGTH_AT - OBJECT_FRAME, typeSpecific.length)
  return buildAsfObject(HEADER_CHILD.StreamProperties, body)
}

/** A clear stream whose payloads are guarded by nothing; the whole object, with its frame. */
export const buildStreamProperties = (number: number, type: GuidText, typeSpecific: Uint8Array): Uint8Array => {
  const body = new Uint8Array(STREAM_PROPERTIES_BYTES - OBJECT_FRAME + typeSpecific.length)
  body.set(guidBytes(type), TYPE_AT - OBJECT_FRAME)
  body.set(guidBytes(ERROR_CORRECTION.None), CORRECTION_AT - OBJECT_FRAME)
  writeU32(body, SPECIFIC_LENGTH_AT - OBJECT_FRAME, typeSpecific.length)
  writeU16(body, FLAGS_AT - OBJECT_FRAME, number)
  body.set(typeSpecific, STREAM_PROPERTIES_BYTES - OBJECT_FRAME)
  return buildAsfObject(HEADER_CHILD.StreamProperties, body)
}
