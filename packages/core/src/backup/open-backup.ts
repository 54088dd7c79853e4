import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { CoreError } from '../fault/core-error'
import type { BackupFault, CoreFault } from '../fault/core-fault'
import { MAX_SEGMENT, type Segment } from './backup-manifest'
import { findSet, type FoundSet, type OpenBackupOptions } from './find-set'
import { judgeSegment, sameSegment, type BackupDamage, type JudgedSegment, type ReadSegment } from './judge-segment'
import { LEAF_BYTES } from './leaf'
import { namesIn, readPart, sizeOf } from './read-part'
import { LEAVES, MANIFEST, POINTER, setFolder } from './set-files'

/** One segment of an opened backup. */
export type OpenedSegment = Omit<JudgedSegment, 'damages'>

/** A backup whose manifest verified; without salvage all else did too. */
export interface OpenedBackup extends FoundSet {
  /** What is damaged, with salvage; one for each file. */
  readonly damages: ReadonlyArray<BackupDamage>
  /** Files and folders at the place that belong to no part of the set: never read. Relative to the place. */
  readonly unlisted: ReadonlyArray<string>
  /**
   * The segments in order, each read and checked when it is asked for; memory for one of them.
   * Throws `CoreError` with `BackupDamaged` without salvage, for what changed since the opening.
   */
  readonly segments: () => AsyncGenerator<OpenedSegment>
}

const readSegment = async (folder: string, segment: Segment, first: number): Promise<ReadSegment> => {
  const place = join(folder, segment.name)
  const size = await sizeOf(place)
  const bytes = size === undefined ? undefined : await readPart(place, 0, Math.min(size, MAX_SEGMENT + 1))
  const leaves = await readPart(join(folder, LEAVES), (first - 1) * LEAF_BYTES, segment.lines * LEAF_BYTES)
  return { segment, first, bytes, leaves: leaves ?? new Uint8Array() }
}

type Judge = (read: ReadSegment) => JudgedSegment

async function* judgedSegments(directory: string, { set, manifest }: FoundSet, judge: Judge): AsyncGenerator<JudgedSegment> {
  let first = 1
  for (const segment of manifest.segments) {
    const { damages, ...judged } = judge(await readSegment(join(directory, setFolder(set)), segment, first))
    yield { ...judged, damages: damages.map((damage) => ({ ...damage, file: join(setFolder(set), damage.file) })) }
    first += segment.lines
  }
}

/** What is wrong with the leaves as a file: more or less of them than lines. */
const leavesDamage = async (directory: string, { set, manifest }: FoundSet): Promise<ReadonlyArray<BackupDamage>> => {
  const file = join(setFolder(set), LEAVES)
  const [size, expected] = [(await sizeOf(join(directory, file))) ?? -1, manifest.licenses * LEAF_BYTES]
  if (size === expected) return []
  const why = size === -1 ? 'missing or not readable' : `${expected} bytes were written`
  return [{ type: 'BackupDamaged', file, offset: Math.max(0, Math.min(size, expected)), why, lids: [] }]
}

/** One damage for each file: the first place, and all licenses. */
const byFile = (damages: ReadonlyArray<BackupDamage>): ReadonlyArray<BackupDamage> => {
  const files = new Map<string, BackupDamage>()
  for (const damage of damages) {
    const first = files.get(damage.file) ?? { ...damage, lids: [] }
    files.set(damage.file, { ...first, lids: [...first.lids, ...damage.lids] })
  }
  return [...files.values()]
}

const allDamages = async (directory: string, found: FoundSet): Promise<ReadonlyArray<BackupDamage>> => {
  const damages: BackupDamage[] = []
  for await (const segment of judgedSegments(directory, found, judgeSegment)) damages.push(...segment.damages)
  return byFile([...damages, ...(await leavesDamage(directory, found))])
}

/** The first damage, with the licenses of all of them. */
const worst = ([first, ...others]: ReadonlyArray<BackupDamage>): BackupDamage | undefined =>
  first && { ...first, lids: [first, ...others].flatMap(({ lids }) => lids) }

/** What is wrong with the files of a set, its manifest apart: the first damage, with the licenses of all; nothing for a whole set. */
export const setDamage = async (directory: string, found: FoundSet): Promise<BackupDamage | undefined> =>
  worst(await allDamages(directory, found))

const unlistedFiles = async (directory: string, { set, manifest }: FoundSet): Promise<ReadonlyArray<string>> => {
  const folder = setFolder(set)
  const listed = new Set([MANIFEST, LEAVES, ...manifest.segments.map(({ name }) => name)])
  const inside = (await namesIn(join(directory, folder))).filter((name) => !listed.has(name))
  const beside = (await namesIn(directory)).filter((name) => name !== POINTER && name !== folder)
  return [...beside, ...inside.map((name) => join(folder, name))]
}

const judgeAgain: Judge = (read) => sameSegment(read) ?? judgeSegment(read)

const openedSegments = (directory: string, found: FoundSet, salvage: boolean) =>
  async function* (): AsyncGenerator<OpenedSegment> {
    for await (const { damages, ...segment } of judgedSegments(directory, found, salvage ? judgeSegment : judgeAgain)) {
      const damage = worst(damages)
      if (damage !== undefined && !salvage) throw new CoreError(damage)
      yield segment
    }
  }

/**
 * Opens a backup and checks every byte of it: pointer, manifest with the signature of its source, then each file's size and
 * digest, where the leaves name the damaged lines. Any damage is a fault; with salvage only that of pointer and manifest,
 * and not that of the pointer where there is one set only.
 *
 * @errors `BackupMissing`, `BackupPointerDamaged`, `BackupAmbiguous`, `BackupDamaged`, `BackupNewerVersion`.
 * @source docs/reference/protocols.md, section 3
 */
export const openBackup = (directory: string, options: OpenBackupOptions): TaskEither<CoreFault, OpenedBackup> =>
  async () => {
    const found = await findSet(directory, options)
    if (E.isLeft(found)) return found
    const damages = await allDamages(directory, found.right)
    const damage = worst(damages)
    if (damage !== undefined && !options.salvage) return E.left<BackupFault>(damage)
    const unlisted = await unlistedFiles(directory, found.right)
    return E.right({ ...found.right, damages, unlisted, segments: openedSegments(directory, found.right, options.salvage) })
  }
