import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import type { TrustDocument } from '../authority/trust-document'
import type { BackupFault } from '../fault/core-fault'
import { MAX_MANIFEST } from './backup-manifest'
import { namesIn, readPart } from './read-part'
import { digestOf, MANIFEST, POINTER, pointerOf, setFolder, setOfFolder } from './set-files'
import { verifyManifest, type ManifestRefusal, type VerifiedManifest } from './verify-manifest'

/** How a backup is read. */
export interface OpenBackupOptions {
  /** Takes the whole lines of a damaged set, and the only set where the pointer is lost. */
  readonly salvage: boolean
  /** Of the home's authority, where it has one. */
  readonly trust?: TrustDocument
}

/** The set that counts at a place. */
export interface FoundSet extends VerifiedManifest {
  readonly set: string
  readonly manifestJws: string
}

const MAX_POINTER = 256

interface ReadManifest {
  readonly jws: string
  readonly digest: string
  readonly verified: E.Either<ManifestRefusal, VerifiedManifest>
}

const manifestFile = (set: string): string => join(setFolder(set), MANIFEST)

const ofSet = (set: string, verified: ReadManifest['verified']): ReadManifest['verified'] =>
  E.isRight(verified) && verified.right.manifest.set !== set ? E.left({ type: 'Damaged', why: 'of another set' }) : verified

const readManifest = async (directory: string, set: string, trust?: TrustDocument): Promise<ReadManifest | undefined> => {
  const bytes = await readPart(join(directory, manifestFile(set)), 0, MAX_MANIFEST + 1)
  if (bytes === undefined) return undefined
  const jws = Buffer.from(bytes).toString('latin1')
  return { jws, digest: digestOf(bytes), verified: ofSet(set, verifyManifest(jws, trust)) }
}

const foundSet = (set: string, { jws }: ReadManifest, verified: VerifiedManifest): FoundSet => ({
  set,
  manifestJws: jws,
  ...verified,
})

const damagedManifest = (set: string, why: string): E.Either<BackupFault, never> =>
  E.left({ type: 'BackupDamaged', file: manifestFile(set), offset: 0, why, lids: [] })

/** Without a pointer: the sets whose manifest holds. */
const withoutPointer = async (
  directory: string,
  sets: ReadonlyArray<string>,
  { salvage, trust }: OpenBackupOptions
): Promise<E.Either<BackupFault, FoundSet>> => {
  const whole: FoundSet[] = []
  for (const set of sets) {
    const read = await readManifest(directory, set, trust)
    if (read !== undefined && E.isRight(read.verified)) whole.push(foundSet(set, read, read.verified.right))
  }
  const [only, ...more] = whole
  const names = { place: directory, sets: whole.map(({ set }) => set) }
  if (!salvage || only === undefined) return E.left({ type: 'BackupPointerDamaged', ...names })
  return more.length === 0 ? E.right(only) : E.left({ type: 'BackupAmbiguous', ...names })
}

const refused = (set: string, refusal: ManifestRefusal): E.Either<BackupFault, never> =>
  refusal.type === 'Damaged' ? damagedManifest(set, refusal.why) : E.left(refusal)

/**
 * Finds the set that the pointer names, with its manifest verified. A pointer that does not fit a whole manifest is the
 * damaged one of the two.
 *
 * @errors `BackupMissing`, `BackupPointerDamaged`, `BackupAmbiguous`, `BackupDamaged` for the manifest, `BackupNewerVersion`.
 */
export const findSet = async (directory: string, options: OpenBackupOptions): Promise<E.Either<BackupFault, FoundSet>> => {
  const names = await namesIn(directory)
  const sets = names.flatMap((name) => setOfFolder(name) ?? [])
  if (sets.length === 0 && !names.includes(POINTER)) return E.left({ type: 'BackupMissing', place: directory })
  const pointer = await readPart(join(directory, POINTER), 0, MAX_POINTER)
  const named = pointer && pointerOf(Buffer.from(pointer).toString('latin1'))
  if (named === undefined || !sets.includes(named.set)) return withoutPointer(directory, sets, options)
  const read = await readManifest(directory, named.set, options.trust)
  if (read === undefined) return damagedManifest(named.set, 'missing or not readable')
  const { verified, digest } = read
  if (digest !== named.manifest) {
    return E.isRight(verified)
      ? withoutPointer(directory, sets, options)
      : damagedManifest(named.set, 'other bytes than were written')
  }
  return E.isLeft(verified) ? refused(named.set, verified.left) : E.right(foundSet(named.set, read, verified.right))
}
