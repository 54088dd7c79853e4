import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import { readU32 } from '../bytes/read-little-endian'
import { HEADER_CHILD } from '../guid/header-guids'
import type { WarningLog } from '../../media/warning-log'
import type { AsfDataObject, AsfHeader } from './asf-header'
import type { AsfObject } from './asf-object'
import { splitObjects } from './asf-object'
import { collectStreams, languagesOf } from './collect-streams'
import { parseContentDescription } from './content-description'
import { parseFileProperties } from './file-properties'
import { parseHeaderExtension } from './header-extension'
import { protectionHeaderOf } from './protection-objects'

/** Frame, count of objects and two reserved bytes in front of the header's objects. */
export const HEADER_FIXED = 30

const COUNT_AT = 24
const RESERVED_2_AT = 29
const RESERVED_2 = 2

/**
 * Reads a whole Header Object that stands at the beginning of a file.
 *
 * @errors MalformedMedia, UnsupportedMedia where packets could not be cut.
 */
export const parseAsfHeader = (
  bytes: Uint8Array,
  data: AsfDataObject,
  warnings: WarningLog
): E.Either<MediaFault, AsfHeader> => {
  const reserved = bytes[RESERVED_2_AT] ?? 0
  if (reserved !== RESERVED_2)
    return malformed(RESERVED_2_AT, 'a header layout of version 02', hexByte(reserved))
  const objects = splitObjects(bytes.subarray(HEADER_FIXED), HEADER_FIXED, warnings)
  const stated = readU32(bytes, COUNT_AT)
  // FFmpeg counts one too few beside a marker: sizes lead, the count is only reported.
  if (stated !== objects.length)
    warnings.add(COUNT_AT, `header states ${stated} objects and has ${objects.length}`)
  const properties = first(objects, HEADER_CHILD.FileProperties)
  if (properties === undefined)
    return malformed(HEADER_FIXED, 'a File Properties Object', `${objects.length} other objects`)
  const file = parseFileProperties(properties, warnings)
  if (E.isLeft(file)) return file
  const extension = first(objects, HEADER_CHILD.HeaderExtension)
  if (extension === undefined) warnings.add(HEADER_FIXED, 'no Header Extension Object')
  const extensionObjects = extension === undefined ? [] : parseHeaderExtension(extension, warnings)
  const languages = languagesOf(extensionObjects)
  const streams = collectStreams(objects, extensionObjects, languages, warnings)
  if (streams.length === 0) warnings.add(HEADER_FIXED, 'no stream is described')
  const description = first(objects, HEADER_CHILD.ContentDescription)
  return E.right({
    size: bytes.length,
    file: file.right,
    streams,
    description: description && parseContentDescription(description),
    languages,
    protection: [...objects, ...extensionObjects].flatMap((object) => protectionHeaderOf(object) ?? []),
    objects,
    extensionObjects,
    data,
    warnings: warnings.list(),
  })
}

const first = (objects: ReadonlyArray<AsfObject>, guid: string): AsfObject | undefined =>
  objects.find((object) => object.guid === guid)

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0')

const malformed = (at: number, expected: string, found: string): E.Either<MediaFault, never> =>
  E.left({ type: 'MalformedMedia', format: 'asf', at, expected, found })
