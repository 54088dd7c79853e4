import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { childOf, descendant, type Box } from '../box-tree'
import { readTrackId } from '../movie-track'
import { readEntryProtection, type EntryProtection } from './entry-protection'
import { readGroups } from './sample-groups'
import type { TrackProtectionTable } from './sample-protector'

const readEntries = (stsd: Box | undefined): E.Either<MediaFault, ReadonlyArray<EntryProtection | undefined>> => {
  const entries: Array<EntryProtection | undefined> = []
  for (const box of stsd?.children ?? []) {
    const entry = readEntryProtection(box)
    if (E.isLeft(entry)) return entry
    entries.push(entry.right)
  }
  return E.right(entries)
}

const readGroupsOf = (stbl: Box | undefined): E.Either<MediaFault, TrackProtectionTable['groups']> => {
  for (const sgpd of stbl?.children.filter(({ type }) => type === 'sgpd') ?? []) {
    const groups = readGroups(sgpd)
    if (E.isLeft(groups) || groups.right.length > 0) return groups
  }
  return E.right([])
}

/** How the samples of each track are protected, by track ID. @errors as those of the sample entries and groups. */
export const readMovieProtection = (moov: Box): E.Either<MediaFault, ReadonlyMap<number, TrackProtectionTable>> => {
  const tables = new Map<number, TrackProtectionTable>()
  for (const trak of moov.children.filter((box) => box.type === 'trak')) {
    const number = readTrackId(childOf(trak, 'tkhd'))
    if (E.isLeft(number)) return number
    const stbl = descendant(trak, 'mdia', 'minf', 'stbl')
    const entries = readEntries(childOf(stbl, 'stsd'))
    if (E.isLeft(entries)) return entries
    const groups = readGroupsOf(stbl)
    if (E.isLeft(groups)) return groups
    if (number.right !== undefined) tables.set(number.right, { entries: entries.right, groups: groups.right })
  }
  return E.right(tables)
}
