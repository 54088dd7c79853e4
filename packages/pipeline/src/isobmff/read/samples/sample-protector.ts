import * as E from 'fp-ts/Either'

import type { MediaFault, SampleInfoMissing } from '../../../fault/pipeline-fault'
import { childOf, type Box } from '../box-tree'
import { malformed } from '../malformed'
import type { EntryProtection } from './entry-protection'
import type { ListedProtection, ListedSample, Mp4Sample } from './listed-sample'
import { readGroupOf, readGroups, type GroupProtection } from './sample-groups'
import { readSampleInfo, type HeaderBytes, type SampleInfoReader } from './sample-info'

/** What the header says of a track's protection. */
export interface TrackProtectionTable {
  /** Of each sample entry in order; nothing for a clear one. */
  readonly entries: ReadonlyArray<EntryProtection | undefined>
  /** Groups that the header describes. */
  readonly groups: ReadonlyArray<GroupProtection>
}

/** A sample that may be in a file that is not what it says. */
export type FoundSample = E.Either<MediaFault | SampleInfoMissing, Mp4Sample>

/** Adds to samples, which are given in order, what opens them. @param description of the sample entry, from 1. */
export type SampleProtector = (sample: ListedSample, description: number) => FoundSample

/** Boxes with what samples are opened by, and what their offsets are counted from. */
export interface ProtectedPart {
  readonly track: number
  /** A `traf`; or a `trak` with the children of its sample table. */
  readonly container: Box
  readonly base: number
  readonly header: HeaderBytes
}

/** @source ISO/IEC 23001-7, 9.3 */
const VECTOR_BYTES: ReadonlyArray<number> = [8, 16]

const requireVector = ({ at }: Box, protection: ListedProtection): E.Either<MediaFault, ListedProtection> => {
  const { length } = protection.iv
  return VECTOR_BYTES.includes(length)
    ? E.right(protection)
    : E.left(malformed(at, 'vectors of 8 or 16 bytes', `${String(length)} bytes`))
}

const protectionOf = (
  { container, track }: ProtectedPart,
  { scheme }: EntryProtection,
  { keyId, constantIv, pattern, ivSize }: GroupProtection,
  infos: SampleInfoReader | undefined,
  size: number
): E.Either<MediaFault | SampleInfoMissing, ListedProtection> => {
  const named = { scheme, keyId, ...(pattern && { pattern }) }
  if (infos === undefined) {
    return constantIv === undefined
      ? E.left({ type: 'SampleInfoMissing', at: container.at, track })
      : requireVector(container, { ...named, iv: constantIv })
  }
  const info = infos.next(infos.ivSize ?? ivSize, size)
  if (E.isLeft(info)) return info
  return requireVector(container, { ...named, ...info.right, iv: constantIv ?? info.right.iv })
}

/**
 * Reads what the samples of a part are opened by.
 *
 * @returns what answers `SampleInfoMissing` for samples of a protected entry without a vector, `MalformedMedia` for less
 * information than samples.
 * @errors those of the boxes.
 */
export const sampleProtector = (part: ProtectedPart, table: TrackProtectionTable | undefined): E.Either<MediaFault, SampleProtector> => {
  const { container, track, base, header } = part
  const entries = table?.entries ?? []
  const local = readGroups(childOf(container, 'sgpd'))
  if (E.isLeft(local)) return local
  const groupOf = readGroupOf(childOf(container, 'sbgp'), local.right, table?.groups ?? [])
  if (E.isLeft(groupOf)) return groupOf
  const infos = entries.some((entry) => entry !== undefined) ? readSampleInfo(container, base, header) : E.right(undefined)
  if (E.isLeft(infos)) return infos
  let index = 0
  return E.right((sample, description) => {
    const own = groupOf.right(index)
    index += 1
    const entry = entries[description - 1]
    const group = own ?? entry?.tenc
    if (entry === undefined || group?.isProtected !== true) return E.right({ ...sample, track, description })
    const protection = protectionOf(part, entry, group, infos.right, sample.size)
    return E.isLeft(protection) ? protection : E.right({ ...sample, track, description, protection: protection.right })
  })
}
