import type {
  MediaAttribute,
  MediaChapter,
  MediaDetails,
  MediaExclusion,
  MediaObject,
  MediaScript,
  SharedBandwidth,
  TrackName,
} from '../../media/media-details'
import type { WarningLog } from '../../media/warning-log'
import type { Field } from '../bytes/fields'
import type { GuidText } from '../guid/guid-text'
import { EXTENSION_CHILD, HEADER_CHILD } from '../guid/header-guids'
import { objectName } from '../guid/object-names'
import { BANDWIDTH_SHARING_TYPE, MUTEX_TYPE } from '../guid/stream-guids'
import type { AsfHeader } from '../header/asf-header'
import type { Attribute } from '../header/attributes'
import { CONTENT_ATTRIBUTES, METADATA_ATTRIBUTES } from '../header/attributes'
import { CODEC_LIST } from '../header/codec-list'
import { CONTENT_BRANDING } from '../header/content-branding'
import { DIGITAL_SIGNATURE } from '../header/digital-signature'
import { ERROR_CORRECTION_OBJECT } from '../header/error-correction'
import { INDEX_PARAMETERS } from '../header/index-parameters'
import { MARKERS } from '../header/marker'
import { GROUP_MUTUAL_EXCLUSION, MUTUAL_EXCLUSION } from '../header/mutual-exclusion'
import { readFieldsOf } from '../header/read-fields-of'
import { SCRIPT_COMMANDS } from '../header/script-command'
import { streamNames } from '../header/stream-names'
import { BANDWIDTH_SHARING, COMPATIBILITY, STREAM_PRIORITIZATION } from '../header/stream-preferences'

const UNITS_PER_MILLISECOND = 10_000
/** From 1601 to 1970, in 100 ns units. @source docs/reference/asf.md §3 */
const EPOCH = 116_444_736_000_000_000n
const MANDATORY = 1
/** Bound on the objects of one kind that are read, far above any real file: each may hold a list. */
const MOST_OF_A_KIND = 32

const EXCLUDED_BY: ReadonlyMap<GuidText, string> = new Map([
  [MUTEX_TYPE.Language, 'language'],
  [MUTEX_TYPE.Bitrate, 'bitrate'],
  [MUTEX_TYPE.Unknown, 'unknown'],
])

const SHARED_AS: ReadonlyMap<GuidText, string> = new Map([
  [BANDWIDTH_SHARING_TYPE.Exclusive, 'exclusive'],
  [BANDWIDTH_SHARING_TYPE.Partial, 'partial'],
])

/** Objects whose fields are checked and say nothing that a user needs. */
const ONLY_CHECKED: ReadonlyArray<readonly [GuidText, Field<unknown>]> = [
  [HEADER_CHILD.ErrorCorrection, ERROR_CORRECTION_OBJECT],
  [HEADER_CHILD.DigitalSignature, DIGITAL_SIGNATURE],
  [EXTENSION_CHILD.Compatibility, COMPATIBILITY],
  [EXTENSION_CHILD.IndexParameters, INDEX_PARAMETERS],
  [EXTENSION_CHILD.MediaObjectIndexParameters, INDEX_PARAMETERS],
  [EXTENSION_CHILD.TimecodeIndexParameters, INDEX_PARAMETERS],
]

/** What stands in the header beyond what playing needs; indexes and packets are known only after the packets. */
export type HeaderDetails = Omit<MediaDetails, 'indexes' | 'packets'>

/** Reads the objects of the header that only say something; each as far as it goes, with warnings. */
export const headerDetails = (header: AsfHeader, warnings: WarningLog): HeaderDetails => {
  const all = [...header.objects, ...header.extensionObjects]
  const readAll = <A>(guid: GuidText, fields: Field<A>): ReadonlyArray<A> => {
    const found = all.filter((object) => object.guid === guid)
    const beyond = found[MOST_OF_A_KIND]
    if (beyond !== undefined) warnings.add(beyond.at, `more than ${MOST_OF_A_KIND} objects of the kind ${objectName(guid)}`)
    return found.slice(0, MOST_OF_A_KIND).map((object) => readFieldsOf(object, objectName(guid), fields, warnings))
  }
  for (const [guid, fields] of ONLY_CHECKED) readAll(guid, fields)
  const { file } = header
  return {
    ...(file.creationTime > EPOCH && !file.broadcast && { created: Number((file.creationTime - EPOCH) / 10_000n) }),
    bitrate: file.maxBitrate,
    codecs: readAll(HEADER_CHILD.CodecList, CODEC_LIST).flatMap(({ codecs }) =>
      codecs.map(({ name, description }) => ({ name, description }))
    ),
    names: namesOf(header),
    ...timed(header, readAll),
    attributes: [
      ...readAll(HEADER_CHILD.ExtendedContentDescription, CONTENT_ATTRIBUTES),
      ...readAll(EXTENSION_CHILD.Metadata, METADATA_ATTRIBUTES),
      ...readAll(EXTENSION_CHILD.MetadataLibrary, METADATA_ATTRIBUTES),
    ].flatMap((list) => list.map((attribute) => attributeOf(attribute, header.languages))),
    ...choices(readAll),
    links: readAll(HEADER_CHILD.ContentBranding, CONTENT_BRANDING)
      .flatMap(({ imageUrl, copyrightUrl }) => [imageUrl, copyrightUrl])
      .filter((url) => url !== ''),
    objects: objectsOf(header),
  }
}

const namesOf = ({ streams, languages }: AsfHeader): ReadonlyArray<TrackName> =>
  streams.flatMap(({ number, extended }) =>
    streamNames(extended?.names ?? new Uint8Array()).map(({ name, languageIndex }) => {
      const language = languages[languageIndex]
      return { track: number, name, ...(language !== undefined && { language }) }
    })
  )

type ReadAll = <A>(guid: GuidText, fields: Field<A>) => ReadonlyArray<A>

const timed = ({ file }: AsfHeader, readAll: ReadAll): Pick<HeaderDetails, 'chapters' | 'scripts'> => {
  const preroll = file.preroll * UNITS_PER_MILLISECOND
  const chapters: ReadonlyArray<MediaChapter> = readAll(HEADER_CHILD.Marker, MARKERS).flatMap(({ markers }) =>
    markers.map(({ time, description }) => ({ time: Math.max(0, time - preroll), title: description }))
  )
  const scripts: ReadonlyArray<MediaScript> = readAll(HEADER_CHILD.ScriptCommand, SCRIPT_COMMANDS).flatMap((commands) =>
    commands.map(({ time, type, text }) => ({ time: Math.max(0, time * UNITS_PER_MILLISECOND - preroll), type, text }))
  )
  return { chapters, scripts }
}

const attributeOf = ({ name, value, stream, languageIndex }: Attribute, languages: ReadonlyArray<string>): MediaAttribute => {
  const language = languages[languageIndex]
  return {
    name,
    value: value instanceof Uint8Array ? { bytes: value.length } : value,
    ...(stream > 0 && { track: stream }),
    ...(languageIndex > 0 && language !== undefined && { language }),
  }
}

const choices = (readAll: ReadAll): Pick<HeaderDetails, 'exclusions' | 'priorities' | 'sharing'> => {
  const alone = [HEADER_CHILD.BitrateMutualExclusion, EXTENSION_CHILD.AdvancedMutualExclusion]
  const exclusions: ReadonlyArray<MediaExclusion> = [
    ...alone.flatMap((guid) =>
      readAll(guid, MUTUAL_EXCLUSION).map(({ type, streams }) => ({
        by: EXCLUDED_BY.get(type) ?? type,
        groups: streams.map((stream) => [stream]),
      }))
    ),
    ...readAll(EXTENSION_CHILD.GroupMutualExclusion, GROUP_MUTUAL_EXCLUSION).map(({ type, groups }) => ({
      by: EXCLUDED_BY.get(type) ?? type,
      groups,
    })),
  ]
  const sharing: ReadonlyArray<SharedBandwidth> = readAll(EXTENSION_CHILD.BandwidthSharing, BANDWIDTH_SHARING).map(
    ({ type, bitrate, streams }) => ({ kind: SHARED_AS.get(type) ?? type, bitrate, tracks: streams })
  )
  const priorities = readAll(EXTENSION_CHILD.StreamPrioritization, STREAM_PRIORITIZATION).flatMap((list) =>
    list.map(({ stream, flags }) => ({ track: stream, mandatory: (flags & MANDATORY) !== 0 }))
  )
  return { exclusions, priorities, sharing }
}

/** In the order of the file. */
const objectsOf = ({ objects, extensionObjects }: AsfHeader): ReadonlyArray<MediaObject> =>
  [
    ...objects.map((object) => ({ object, depth: 1 })),
    ...extensionObjects.map((object) => ({ object, depth: 2 })),
  ]
    .map(({ object, depth }) => ({ name: objectName(object.guid), at: object.at, bytes: object.bytes.length, depth }))
    .sort((one, other) => one.at - other.at)
