import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import type { TrackKind } from '../../media/media-description'
import { fourccText } from '../fourcc'
import { unpackLanguage } from '../language-code'
import { bodyView } from './box-fields'
import { childOf, descendant } from './box-tree'
import type { Box } from './box-tree'
import { readSampleEntry } from './sample-entry-reader'
import type { EntryFields } from './sample-entry-reader'
import { tallySampleTables } from './sample-tables'
import { emptyTally } from './tally'
import type { Tally } from './tally'

/** What the header says of one track. */
export interface MovieTrack extends EntryFields {
  readonly number: number
  readonly kind: TrackKind
  /** Units per second; 0 when the header does not say. */
  readonly timescale: number
  readonly language: string | undefined
  /** All sample entries in order; the fields above are those of the first. */
  readonly entries: ReadonlyArray<EntryFields>
  /** The samples that the header lists itself. */
  readonly tally: Tally
}

const KINDS: ReadonlyMap<string, TrackKind> = new Map([
  ['vide', 'video'],
  ['soun', 'audio'],
  ['pict', 'image'],
])
const HANDLER_AT = 8
/** Version and flags of `elng`. */
const TAG_AT = 4
const TAG = /^[A-Za-z0-9-]{1,64}/

const NO_ENTRY: EntryFields = {
  codec: 'unknown',
  codecPrivate: new Uint8Array(0),
  encrypted: false,
  bitrate: 0,
  protection: [],
}

/** The ID of a track; nothing where the header does not say it. */
export const readTrackId = (tkhd: Box | undefined): E.Either<MediaFault, number | undefined> => {
  if (tkhd === undefined) return E.right(undefined)
  const at = tkhd.body[0] === 1 ? 20 : 12
  return E.map((view: DataView) => view.getUint32(at))(bodyView(tkhd, at + 4))
}

const readMediaHeader = (mdhd: Box | undefined): E.Either<MediaFault, Pick<MovieTrack, 'timescale' | 'language'>> => {
  if (mdhd === undefined) return E.right({ timescale: 0, language: undefined })
  const [timescaleAt, languageAt] = mdhd.body[0] === 1 ? [20, 32] : [12, 20]
  return E.map((view: DataView) => ({
    timescale: view.getUint32(timescaleAt),
    language: unpackLanguage(view.getUint16(languageAt)),
  }))(bodyView(mdhd, languageAt + 2))
}

const readKind = (hdlr: Box | undefined): TrackKind =>
  (hdlr === undefined || hdlr.body.length < HANDLER_AT + 4 ? undefined : KINDS.get(fourccText(hdlr.body, HANDLER_AT))) ??
  'other'

const readExtendedLanguage = (elng: Box | undefined): string | undefined => {
  if (elng === undefined) return undefined
  return TAG.exec(String.fromCharCode(...elng.body.subarray(TAG_AT, TAG_AT + 64)))?.[0]
}

type Entries = EntryFields & Pick<MovieTrack, 'entries'>

const readEntries = (stsd: Box | undefined, kind: TrackKind, quickTime: boolean): E.Either<MediaFault, Entries> => {
  const entries: Array<EntryFields> = []
  for (const entry of stsd?.children ?? []) {
    const fields = readSampleEntry(entry, kind, quickTime)
    if (E.isLeft(fields)) return fields
    entries.push(fields.right)
  }
  const [first = NO_ENTRY] = entries
  return E.right({
    ...first,
    encrypted: entries.some(({ encrypted }) => encrypted),
    protection: entries.flatMap(({ protection }) => protection),
    entries,
  })
}

/** Reads a `trak` box; undefined when it does not say its ID. Several sample entries are described by the first. */
export const readMovieTrack = (trak: Box, quickTime: boolean): E.Either<MediaFault, MovieTrack | undefined> => {
  const number = readTrackId(childOf(trak, 'tkhd'))
  if (E.isLeft(number)) return number
  if (number.right === undefined || number.right === 0) return E.right(undefined)
  const mdia = childOf(trak, 'mdia')
  const header = readMediaHeader(childOf(mdia, 'mdhd'))
  if (E.isLeft(header)) return header
  const kind = readKind(childOf(mdia, 'hdlr'))
  const stbl = descendant(mdia, 'minf', 'stbl')
  const entry = readEntries(childOf(stbl, 'stsd'), kind, quickTime)
  if (E.isLeft(entry)) return entry
  const tally = stbl === undefined ? E.right(emptyTally()) : tallySampleTables(stbl)
  if (E.isLeft(tally)) return tally
  const language = readExtendedLanguage(childOf(mdia, 'elng')) ?? header.right.language
  return E.right({ ...entry.right, ...header.right, number: number.right, kind, language, tally: tally.right })
}
