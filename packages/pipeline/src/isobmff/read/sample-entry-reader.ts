import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import type { ProtectionHeader, TrackDescription, TrackKind } from '../../media/media-description'
import { fourccText } from '../fourcc'
import { bodyView, viewOf } from './box-fields'
import { childOf, descendant, readBoxTree } from './box-tree'
import type { Box } from './box-tree'
import { readConfiguration } from './codec-configuration'
import { codecName } from './codec-name'
import { protectionHeader } from './protection-header'

/** What a sample entry tells of its track. */
export interface EntryFields
  extends Pick<TrackDescription, 'codec' | 'codecPrivate' | 'video' | 'audio' | 'encrypted' | 'bitrate'> {
  readonly protection: ReadonlyArray<ProtectionHeader>
}

const VISUAL_BYTES = 78
const AUDIO_BYTES = 28
/** QuickTime's sound descriptions of version 1 and 2 have more fields. @source QuickTime File Format, sound media */
const AUDIO_V1_MORE = 16
const AUDIO_V2_MORE = 36
/** moov, trak, mdia, minf, stbl, stsd and the entry. */
const ENTRY_DEPTH = 7
const PROTECTED_TYPES: ReadonlySet<string> = new Set(['encv', 'enca', 'encs', 'enct', 'encm', 'encu'])
const RATE_SHIFT = 16
/** `btrt`: size of the buffer, highest and average rate. */
const BTRT_BYTES = 12

const frontBytes = (entry: Box, kind: TrackKind, quickTime: boolean): number | undefined => {
  if (kind === 'video') return VISUAL_BYTES
  if (kind !== 'audio') return undefined
  const version = quickTime && entry.body.length > 9 ? viewOf(entry.body).getUint16(8) : 0
  if (version === 1) return AUDIO_BYTES + AUDIO_V1_MORE
  return version === 2 ? AUDIO_BYTES + AUDIO_V2_MORE : AUDIO_BYTES
}

const dimensions = (view: DataView, kind: TrackKind): Pick<EntryFields, 'video' | 'audio'> =>
  kind === 'video'
    ? { video: { width: view.getUint16(24), height: view.getUint16(26) } }
    : { audio: { channels: view.getUint16(16), sampleRate: view.getUint32(24) >>> RATE_SHIFT } }

const averageOf = (btrt: Box | undefined): number => {
  if (btrt === undefined || btrt.body.length < BTRT_BYTES) return 0
  const view = viewOf(btrt.body)
  return view.getUint32(8) || view.getUint32(4)
}

const originalFormat = (entry: Box, inner: Pick<Box, 'children'>): string => {
  const frma = childOf(childOf(inner, 'sinf'), 'frma')
  return frma !== undefined && frma.body.length >= 4 ? fourccText(frma.body, 0) : entry.type
}

const protectionOf = (inner: Pick<Box, 'children'>): ReadonlyArray<ProtectionHeader> =>
  inner.children
    .filter((box) => box.type === 'sinf')
    .flatMap((sinf) => [childOf(sinf, 'schm'), descendant(sinf, 'schi', 'tenc')])
    .flatMap((box) => (box === undefined ? [] : [protectionHeader(box)]))

/** What stands in the entry, with what its configuration knows better. */
const codecFields = (
  entry: Box,
  inner: Pick<Box, 'children'>
): Pick<EntryFields, 'codec' | 'codecPrivate' | 'bitrate' | 'audio'> => {
  // QuickTime hides esds in `wave`.
  const own = readConfiguration([...inner.children, ...(childOf(inner, 'wave')?.children ?? [])])
  return {
    codec: own.codec ?? codecName(originalFormat(entry, inner), own.objectType),
    codecPrivate: own.codecPrivate,
    bitrate: averageOf(childOf(inner, 'btrt')) || (own.bitrate ?? 0),
    ...(own.audio && { audio: own.audio }),
  }
}

/**
 * Reads a sample entry: its codec, its size or rate, and how it is protected.
 *
 * @param kind From the handler of the track; entries of other kinds than video and audio are only named.
 * @param quickTime The file says that it is QuickTime, whose sound entries may be longer.
 */
export const readSampleEntry = (
  entry: Box,
  kind: TrackKind,
  quickTime: boolean
): E.Either<MediaFault, EntryFields> => {
  const front = frontBytes(entry, kind, quickTime)
  const encrypted = PROTECTED_TYPES.has(entry.type)
  if (front === undefined) {
    return E.right({ codec: entry.type, codecPrivate: new Uint8Array(0), encrypted, bitrate: 0, protection: [] })
  }
  const body = bodyView(entry, front)
  if (E.isLeft(body)) return body
  const bytes = entry.body.subarray(front)
  const tree = readBoxTree({ bytes, at: entry.bodyAt + front, length: bytes.length, depth: ENTRY_DEPTH })
  if (E.isLeft(tree)) return tree
  const inner = { children: tree.right.boxes }
  return E.right({
    ...dimensions(body.right, kind),
    ...codecFields(entry, inner),
    encrypted: encrypted || childOf(inner, 'sinf') !== undefined,
    protection: protectionOf(inner),
  })
}
