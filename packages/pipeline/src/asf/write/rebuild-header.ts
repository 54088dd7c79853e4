import { joinBytes } from '../bytes/join-bytes'
import { guidBytes } from '../guid/guid-text'
import { writeU16, writeU32, writeU64 } from '../bytes/write-little-endian'
import { HEADER_CHILD } from '../guid/header-guids'
import { TOP_LEVEL } from '../guid/top-level-guids'
import type { AsfHeader } from '../header/asf-header'
import { DATA_OBJECT_BYTES } from '../header/asf-header'
import type { FileProperties } from '../header/file-properties'
import type { ContentDescription } from '../header/content-description'
import { buildContentDescription } from '../header/content-description'
import { buildFileProperties } from '../header/file-properties'
import { buildHeaderExtension } from '../header/header-extension'
import { HEADER_FIXED } from '../header/parse-asf-header'
import { PROTECTION_KINDS } from '../header/protection-objects'
import { changedStream } from './changed-stream'
import type { HeaderChanges } from './header-changes'
import { rebuildExtension } from './rebuild-extension'

/** A header ready to be written, and where its counts stand. */
export interface RebuiltHeader {
  /** Header Object and the front of the Data Object. */
  readonly bytes: Uint8Array
  readonly filePropertiesAt: number
  readonly dataAt: number
  /** What the template had and the new file has not. */
  readonly losses: ReadonlyArray<string>
}

const LAYOUT_VERSION = 2
const DATA_RESERVED = 0x0101

/** Objects that speak of the bytes of the old file. */
const STALE: ReadonlySet<string> = new Set([HEADER_CHILD.DigitalSignature])

/** Makes a header from a template: everything is kept that still holds. */
export const rebuildHeader = (
  template: AsfHeader,
  file: FileProperties,
  changes: HeaderChanges
): RebuiltHeader => {
  const losses: string[] = []
  const extension = buildHeaderExtension(rebuildExtension(template, changes, losses))
  const children: Uint8Array[] = [buildFileProperties(file), extension]
  const seen = new Set<number>()
  for (const object of template.objects) {
    const { guid } = object
    if (guid === HEADER_CHILD.FileProperties || guid === HEADER_CHILD.HeaderExtension) continue
    if (guid === HEADER_CHILD.StreamProperties) {
      const stream = template.streams.find(({ at }) => at === object.at)
      if (stream === undefined || seen.has(stream.number))
        losses.push('a stream that is described twice or not at all')
      else children.push(changedStream(object, stream, changes))
      if (stream !== undefined) seen.add(stream.number)
    } else if (STALE.has(guid)) losses.push('the digital signature')
    else if (guid === HEADER_CHILD.ContentDescription && changes.title !== undefined) continue
    else if (!PROTECTION_KINDS.has(guid)) children.push(object.bytes)
  }
  if (changes.title !== undefined) children.push(retitled(template, changes.title))
  children.push(...changes.protectionObjects)
  const header = buildHeader(children)
  const data = dataFront(file)
  return { bytes: joinBytes([header, data]), filePropertiesAt: HEADER_FIXED, dataAt: header.length, losses }
}

const NO_TEXTS: ContentDescription = { title: '', author: '', copyright: '', description: '', rating: '' }

const retitled = ({ description }: AsfHeader, title: string): Uint8Array =>
  buildContentDescription({ ...NO_TEXTS, ...description, title })

/** The Header Object around its children. */
export const buildHeader = (children: ReadonlyArray<Uint8Array>): Uint8Array => {
  const front = new Uint8Array(HEADER_FIXED)
  front.set(guidBytes(TOP_LEVEL.Header))
  writeU64(front, 16, HEADER_FIXED + children.reduce((sum, { length }) => sum + length, 0))
  writeU32(front, 24, children.length)
  front[28] = 1
  front[29] = LAYOUT_VERSION
  return joinBytes([front, ...children])
}

const dataFront = ({ fileId }: FileProperties): Uint8Array => {
  const bytes = new Uint8Array(DATA_OBJECT_BYTES)
  bytes.set(guidBytes(TOP_LEVEL.Data))
  writeU64(bytes, 16, DATA_OBJECT_BYTES)
  bytes.set(fileId, 24)
  writeU16(bytes, 48, DATA_RESERVED)
  return bytes
}
