import { joinBytes } from '../bytes/join-bytes'
import { readU16, readU32, readU64 } from '../bytes/read-little-endian'
import { writeU16, writeU32, writeU64 } from '../bytes/write-little-endian'
import type { GuidText } from '../guid/guid-text'
import { GUID_BYTES, guidBytes, readGuid } from '../guid/guid-text'
import { EXTENSION_CHILD } from '../guid/header-guids'
import type { AsfObject } from './asf-object'
import { buildAsfObject, OBJECT_FRAME } from './asf-object'

/** A kind of value that every payload of a stream carries in its replicated data. */
export interface PayloadExtension {
  readonly system: GuidText
  /** Bytes of the value in each payload; {@link VARIABLE_SIZE} where each value begins with its own length. */
  readonly size: number
  readonly info: Uint8Array
}

/** Further facts about one stream. @source Advanced Systems Format Specification, 4.1 */
export interface ExtendedStreamProperties {
  readonly number: number
  /** Bits per second. */
  readonly bitrate: number
  /** Bytes of the largest object, 0 when unknown. */
  readonly maxObjectSize: number
  /** Place in the Language List. */
  readonly languageIndex: number
  /** 100 ns units, 0 when unknown. */
  readonly averageFrameTime: number
  readonly extensions: ReadonlyArray<PayloadExtension>
  /** The names of the stream as they stand. */
  readonly names: Uint8Array
  /** The Stream Properties Object of a hidden stream, or what else stands after the extensions. */
  readonly tail: Uint8Array
  /** Byte offset of `tail` in the object. */
  readonly tailAt: number
}

/** Size value of an extension whose values each begin with a 16-bit length. */
export const VARIABLE_SIZE = 0xffff

const FIXED_BYTES = 88
const BITRATE_AT = 40
const MAX_OBJECT_AT = 64
const NUMBER_AT = 72
const LANGUAGE_AT = 74
const FRAME_TIME_AT = 76
const NAME_COUNT_AT = 84
const EXTENSION_COUNT_AT = 86
const EXTENSION_FIXED = GUID_BYTES + 6
const NAME_FIXED = 4

/** Reads the object. Undefined when it is too short for what it counts. */
export const parseExtendedStreamProperties = ({ bytes }: AsfObject): ExtendedStreamProperties | undefined => {
  if (bytes.length < FIXED_BYTES) return undefined
  const namesEnd = skipNames(bytes, readU16(bytes, NAME_COUNT_AT))
  if (namesEnd === undefined) return undefined
  const extensions: PayloadExtension[] = []
  let at = namesEnd
  for (let left = readU16(bytes, EXTENSION_COUNT_AT); left > 0; left -= 1) {
    const infoLength = readU32(bytes, at + GUID_BYTES + 2)
    const next = at + EXTENSION_FIXED + infoLength
    if (at + EXTENSION_FIXED > bytes.length || next > bytes.length) return undefined
    const info = bytes.subarray(at + EXTENSION_FIXED, next)
    extensions.push({ system: readGuid(bytes, at), size: readU16(bytes, at + GUID_BYTES), info })
    at = next
  }
  return {
    number: readU16(bytes, NUMBER_AT),
    bitrate: readU32(bytes, BITRATE_AT),
    maxObjectSize: readU32(bytes, MAX_OBJECT_AT),
    languageIndex: readU16(bytes, LANGUAGE_AT),
    averageFrameTime: readU64(bytes, FRAME_TIME_AT),
    extensions,
    names: bytes.subarray(FIXED_BYTES, namesEnd),
    tail: bytes.subarray(at),
    tailAt: at,
  }
}

const skipNames = (bytes: Uint8Array, count: number): number | undefined => {
  let at = FIXED_BYTES
  for (let left = count; left > 0; left -= 1) {
    if (at + NAME_FIXED > bytes.length) return undefined
    at += NAME_FIXED + readU16(bytes, at + 2)
  }
  return at <= bytes.length ? at : undefined
}

/** Copies an object with other payload extensions and another tail. */
export const replacePayloadExtensions = (
  { bytes }: AsfObject,
  { names }: ExtendedStreamProperties,
  extensions: ReadonlyArray<PayloadExtension>,
  tail: Uint8Array
): Uint8Array => {
  const fixed = bytes.slice(OBJECT_FRAME, FIXED_BYTES)
  writeU16(fixed, EXTENSION_COUNT_AT - OBJECT_FRAME, extensions.length)
  const body = joinBytes([fixed, names, ...extensions.map(extensionBytes), tail])
  return buildAsfObject(EXTENSION_CHILD.ExtendedStreamProperties, body)
}

/** What is known of a stream that had no Extended Stream Properties Object. */
export interface NewStreamFacts {
  readonly number: number
  readonly bitrate: number
  readonly preroll: number
  /** 100 ns units, 0 when unknown. */
  readonly averageFrameTime?: number
  /** Place in the Language List. */
  readonly languageIndex?: number
}

/** A new object for a stream that had none. */
export const buildExtendedStreamProperties = (
  { number, bitrate, preroll, averageFrameTime = 0, languageIndex = 0 }: NewStreamFacts,
  extensions: ReadonlyArray<PayloadExtension>
): Uint8Array => {
  const fixed = new Uint8Array(FIXED_BYTES - OBJECT_FRAME)
  const put = (at: number, value: number): void => writeU32(fixed, at - OBJECT_FRAME, value)
  put(BITRATE_AT, bitrate)
  put(BITRATE_AT + 4, preroll)
  put(BITRATE_AT + 12, bitrate)
  put(BITRATE_AT + 16, preroll)
  writeU16(fixed, NUMBER_AT - OBJECT_FRAME, number)
  writeU16(fixed, LANGUAGE_AT - OBJECT_FRAME, languageIndex)
  writeU64(fixed, FRAME_TIME_AT - OBJECT_FRAME, averageFrameTime)
  writeU16(fixed, EXTENSION_COUNT_AT - OBJECT_FRAME, extensions.length)
  return buildAsfObject(
    EXTENSION_CHILD.ExtendedStreamProperties,
    joinBytes([fixed, ...extensions.map(extensionBytes)])
  )
}

const extensionBytes = ({ system, size, info }: PayloadExtension): Uint8Array => {
  const bytes = new Uint8Array(EXTENSION_FIXED + info.length)
  bytes.set(guidBytes(system))
  writeU16(bytes, GUID_BYTES, size)
  writeU32(bytes, GUID_BYTES + 2, info.length)
  bytes.set(info, EXTENSION_FIXED)
  return bytes
}
