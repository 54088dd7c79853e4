import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { childOf, descendant, type Box } from '../box-tree'
import type { Movie } from '../movie'
import { readTrackId, type MovieTrack } from '../movie-track'
import { readEntryProtection, type EntryProtection } from './entry-protection'
import { readGroups } from './sample-groups'
import type { TrackProtectionTable } from './sample-protector'

const readEntries = ({ entries }: MovieTrack, at: number): E.Either<MediaFault, ReadonlyArray<EntryProtection | undefined>> => {
  const read: Array<EntryProtection | undefined> = []
  for (const fields of entries) {
    const entry = readEntryProtection(fields, at)
    if (E.isLeft(entry)) return entry
    read.push(entry.right)
  }
  return E.right(read)
}

const readGroupsOf = (stbl: Box | undefined): E.Either<MediaFault, TrackProtectionTable['groups']> => {
  for (const sgpd of stbl?.children.filter(({ type }) => type === 'sgpd') ?? []) {
    const groups = readGroups(sgpd)
    if (E.isLeft(groups) || groups.right.length > 0) return groups
  }
  return E.right([])
}

/** How the samples of each track are protected, by track ID. @errors as those of the sample entries and groups. */
export const readMovieProtection = (moov: Box, { tracks }: Movie): E.Either<MediaFault, ReadonlyMap<number, TrackProtectionTable>> => {
  const tables = new Map<number, TrackProtectionTable>()
  for (const trak of moov.children.filter((box) => box.type === 'trak')) {
    const number = readTrackId(childOf(trak, 'tkhd'))
    if (E.isLeft(number)) return number
    const track = tracks.find((one) => one.number === number.right)
    if (track === undefined) continue
    const entries = readEntries(track, trak.at)
    if (E.isLeft(entries)) return entries
    const groups = readGroupsOf(descendant(trak, 'mdia', 'minf', 'stbl'))
    if (E.isLeft(groups)) return groups
    tables.set(track.number, { entries: entries.right, groups: groups.right })
  }
  return E.right(tables)
}
