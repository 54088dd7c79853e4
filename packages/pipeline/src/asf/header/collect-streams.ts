import type { WarningLog } from '../../media/warning-log'
import { EXTENSION_CHILD, HEADER_CHILD } from '../guid/header-guids'
import type { AsfStream } from './asf-header'
import { OBJECT_FRAME, splitObjects } from './asf-object'
import type { AsfObject } from './asf-object'
import type { ExtendedStreamProperties } from './extended-stream-properties'
import { parseExtendedStreamProperties } from './extended-stream-properties'
import { parseLanguageList } from './language-list'
import { parseStreamBitrates } from './stream-bitrates'
import { parseStreamProperties } from './stream-properties'

interface Found {
  readonly object: AsfObject
  readonly hidden: boolean
}

/** The Stream Properties Object that a hidden stream's Extended Stream Properties hold. */
export const hiddenStream = (
  extension: AsfObject,
  extended: ExtendedStreamProperties,
  warnings: WarningLog
): AsfObject | undefined => {
  if (extended.tail.length < OBJECT_FRAME) return undefined
  const inside = splitObjects(extended.tail, extension.at + extended.tailAt, warnings)
  return inside.find(({ guid }) => guid === HEADER_CHILD.StreamProperties)
}

/** Merges what several objects say about each stream. Of two descriptions of one number the first holds. */
export const collectStreams = (
  objects: ReadonlyArray<AsfObject>,
  extensionObjects: ReadonlyArray<AsfObject>,
  languages: ReadonlyArray<string>,
  warnings: WarningLog
): ReadonlyArray<AsfStream> => {
  const found: Found[] = objects
    .filter(({ guid }) => guid === HEADER_CHILD.StreamProperties)
    .map((object) => ({ object, hidden: false }))
  const extended = new Map<number, ExtendedStreamProperties>()
  for (const object of extensionObjects) {
    if (object.guid !== EXTENSION_CHILD.ExtendedStreamProperties) continue
    const parsed = parseExtendedStreamProperties(object)
    if (parsed === undefined) {
      warnings.add(object.at, 'Extended Stream Properties Object too short for its counts')
      continue
    }
    if (extended.has(parsed.number)) warnings.add(object.at, `stream ${parsed.number} is extended twice`)
    else extended.set(parsed.number, parsed)
    const inside = hiddenStream(object, parsed, warnings)
    if (inside !== undefined) found.push({ object: inside, hidden: true })
  }
  return mergeStreams(found, extended, bitratesOf(objects), languages, warnings)
}

const bitratesOf = (objects: ReadonlyArray<AsfObject>): ReadonlyMap<number, number> => {
  const object = objects.find(({ guid }) => guid === HEADER_CHILD.StreamBitrateProperties)
  return object === undefined ? new Map() : parseStreamBitrates(object)
}

const mergeStreams = (
  found: ReadonlyArray<Found>,
  extensions: ReadonlyMap<number, ExtendedStreamProperties>,
  bitrates: ReadonlyMap<number, number>,
  languages: ReadonlyArray<string>,
  warnings: WarningLog
): ReadonlyArray<AsfStream> => {
  const streams = new Map<number, AsfStream>()
  for (const { object, hidden } of found) {
    const properties = parseStreamProperties(object)
    if (properties === undefined)
      warnings.add(object.at, `Stream Properties Object of ${object.bytes.length} bytes`)
    else if (properties.number === 0) warnings.add(object.at, 'a stream has number 0')
    else if (streams.has(properties.number))
      warnings.add(object.at, `stream ${properties.number} is described twice`)
    else {
      const { number, audio } = properties
      const extended = extensions.get(number)
      const language = extended === undefined ? undefined : languages[extended.languageIndex]
      const stated = [extended?.bitrate, bitrates.get(number), (audio?.bytesPerSecond ?? 0) * 8]
      streams.set(number, {
        ...properties,
        at: object.at,
        hidden,
        bitrate: stated.find((rate) => rate !== undefined && rate > 0) ?? 0,
        ...(extended && { extended }),
        ...(language !== undefined && language !== '' && { language }),
      })
    }
  }
  return [...streams.values()]
}

/** The tags of the first Language List Object. */
export const languagesOf = (extensionObjects: ReadonlyArray<AsfObject>): ReadonlyArray<string> => {
  const object = extensionObjects.find(({ guid }) => guid === EXTENSION_CHILD.LanguageList)
  return object === undefined ? [] : parseLanguageList(object)
}
