import { EXTENSION_CHILD } from '../guid/header-guids'
import { PAYLOAD_EXTENSION } from '../guid/stream-guids'
import type { AsfHeader } from '../header/asf-header'
import type { AsfObject } from '../header/asf-object'
import { hiddenStream } from '../header/collect-streams'
import type { PayloadExtension } from '../header/extended-stream-properties'
import {
  buildExtendedStreamProperties,
  parseExtendedStreamProperties,
  replacePayloadExtensions,
} from '../header/extended-stream-properties'
import { PROTECTION_KINDS } from '../header/protection-objects'
import { createWarningLog } from '../../media/warning-log'
import type { HeaderChanges } from './header-changes'
import { changedStream } from './changed-stream'
import { SAMPLE_ID_BYTES } from './packet-layout'

/** Objects that speak of index objects which are not written. */
const STALE: ReadonlySet<string> = new Set([
  EXTENSION_CHILD.IndexParameters,
  EXTENSION_CHILD.MediaObjectIndexParameters,
  EXTENSION_CHILD.TimecodeIndexParameters,
  EXTENSION_CHILD.IndexParametersPlaceholder,
])

const SAMPLE_ID: PayloadExtension = {
  system: PAYLOAD_EXTENSION.EncryptionSampleId,
  size: SAMPLE_ID_BYTES,
  info: new Uint8Array(),
}

/** The objects of the new Header Extension. What is lost is added to `losses`. */
export const rebuildExtension = (
  template: AsfHeader,
  changes: HeaderChanges,
  losses: string[]
): ReadonlyArray<Uint8Array> => {
  const children: Uint8Array[] = []
  const extended = new Set<number>()
  for (const object of template.extensionObjects) {
    if (STALE.has(object.guid)) losses.push('parameters of an index that is not written')
    else if (object.guid === EXTENSION_CHILD.ExtendedStreamProperties) {
      children.push(rebuildExtended(object, template, changes, extended, losses))
    } else if (!PROTECTION_KINDS.has(object.guid)) children.push(object.bytes)
  }
  for (const { number, bitrate } of template.streams) {
    if (!changes.sampleIds.has(number) || extended.has(number)) continue
    // Past the end of the list: the stream named no language, and 0 would give it the first one.
    const facts = { number, bitrate, preroll: template.file.preroll, languageIndex: template.languages.length }
    children.push(buildExtendedStreamProperties(facts, [SAMPLE_ID]))
  }
  return [...children, ...changes.extensionObjects]
}

const rebuildExtended = (
  object: AsfObject,
  template: AsfHeader,
  changes: HeaderChanges,
  extended: Set<number>,
  losses: string[]
): Uint8Array => {
  const parsed = parseExtendedStreamProperties(object)
  if (parsed === undefined) return object.bytes
  const { number, extensions, tail } = parsed
  extended.add(number)
  // The values of other extensions stand in the packets, and samples do not carry them.
  const lost = extensions.filter(({ system }) => system !== PAYLOAD_EXTENSION.EncryptionSampleId)
  losses.push(...lost.map(({ system }) => `values of payload extension ${system} of stream ${number}`))
  const inside = hiddenStream(object, parsed, createWarningLog())
  const stream = inside && template.streams.find(({ at }) => at === inside.at)
  const kept = changes.sampleIds.has(number) ? [SAMPLE_ID] : []
  if (inside === undefined || stream === undefined) {
    return replacePayloadExtensions(object, parsed, kept, tail)
  }
  return replacePayloadExtensions(
    object,
    parsed,
    kept,
    changedStream(inside, stream, changes)
  )
}
