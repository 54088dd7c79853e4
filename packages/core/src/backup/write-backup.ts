import { setImmediate } from 'node:timers/promises'
import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'
import { lastValueFrom } from 'rxjs'
import { reduce } from 'rxjs/operators'

import { utf8 } from '../encoding/utf8'
import { newEvent } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import { record } from '../process/run-process'
import { licenseRow } from '../vault/license-name'
import { BackupProgress, backupStream, LicenseBackedUp, SegmentBackedUp } from './backup-event'
import type { BackupRun } from './backup-run'
import { checkLicense } from './check-license'
import { LIST_PAGE } from './license-list'
import type { LineContent } from './line-text'
import { manifestParts } from './manifest-parts'
import { setDamage } from './open-backup'
import type { PlannedLeaf, PlannedLicense, SealedLicense } from './planned-license'
import { readLicenses } from './read-licenses'
import { beginSet, type SetWriter, type WrittenSegment } from './set-writer'
import { digestOf } from './set-files'
import { signManifest } from './sign-manifest'
import { verifyManifest } from './verify-manifest'

/** What became of a whole set. */
export interface WrittenBackup {
  readonly licenses: number
  /** SHA-256 of the manifest, base64url. */
  readonly manifest: string
}

/** What a set has collected so far. */
interface Progress {
  readonly writer: SetWriter
  readonly generations: Set<number>
  readonly issuers: Set<IssuerId>
  /** Key IDs of the roots that leaves wait for and that are in the set. */
  readonly roots: Set<KeyId>
  /** Of the segment that is being filled. */
  readonly pending: PlannedLicense[]
  /** Licenses that the log names for this set already, from a run that was killed. */
  readonly recorded: ReadonlySet<string>
  /** The last segment on its way to the medium and into the log. */
  underWay: Promise<void>
}

type SegmentLicenses = t.TypeOf<typeof SegmentBackedUp.data>['licenses']

/** Licenses that the log names for the set of a run that was killed, by row. */
export const recordedLicenses = ({ context, set, resumed }: BackupRun): Promise<ReadonlySet<string>> => {
  const names = new Set<string>()
  if (!resumed) return Promise.resolve(names)
  const events$ = context.home.store.read(backupStream(set))
  return lastValueFrom(
    events$.pipe(
      reduce((all, { type, data }) => {
        if (type === SegmentBackedUp.type && SegmentBackedUp.data.is(data)) data.licenses.forEach((one) => all.add(licenseRow(one)))
        if (type === LicenseBackedUp.type && LicenseBackedUp.data.is(data)) all.add(licenseRow(data))
        return all
      }, names)
    )
  )
}

/** Says that a segment is durable, in one append. */
const recordSegment = async (
  { context, set }: BackupRun,
  { name, written, lines, durable }: WrittenSegment,
  licenses: SegmentLicenses
): Promise<void> => {
  await durable
  const backedUp = licenses.length === 0 ? [] : [newEvent(SegmentBackedUp, { set, segment: name, licenses })]
  const progress = newEvent(BackupProgress, { set, written, licenses: lines })
  await record(context, backupStream(set), set, ...backedUp, progress)
}

/** Sends a segment to the medium, once the one before is there and recorded: the next lines are read meanwhile. */
const endSegment = async (run: BackupRun, progress: Progress): Promise<void> => {
  const { writer, pending, recorded } = progress
  await progress.underWay
  if (pending.length === 0) return
  const licenses = pending
    .filter((license) => !recorded.has(licenseRow(license)))
    .map(({ issuer, lid, keyId }) => ({ issuer, lid, keyId }))
  pending.length = 0
  progress.underWay = recordSegment(run, writer.endSegment(), licenses)
  // Whoever waits for it next sees its failure; until then it is nobody's.
  progress.underWay.catch(() => undefined)
}

const add = async (run: BackupRun, progress: Progress, license: PlannedLicense, content: LineContent): Promise<void> => {
  const { writer, generations, issuers, pending } = progress
  if (writer.isFull(content)) await endSegment(run, progress)
  writer.add(content)
  pending.push(license)
  issuers.add(license.issuer)
  if (content.gen > 0) generations.add(content.gen)
}

function* leafPages(leaves: ReadonlyArray<PlannedLeaf>): Generator<ReadonlyArray<PlannedLeaf>, void> {
  for (let at = 0; at < leaves.length; at += LIST_PAGE) yield leaves.slice(at, at + LIST_PAGE)
}

/** Licenses between two looks at what else is to be done: a segment on its way takes a look for each of its steps. */
const TURN = 32

/** Adds licenses that are still there. @returns false when the run was cancelled meanwhile. */
const addAll = async (
  run: BackupRun,
  progress: Progress,
  planned: Iterable<ReadonlyArray<SealedLicense | PlannedLeaf>>,
  waited: ReadonlySet<KeyId>
): Promise<boolean> => {
  const { home, isCancelled } = run.context
  for (const page of planned) {
    if (isCancelled()) return false
    // A root may have gone meanwhile; its leaves then go with it.
    const some = page.filter((one) => !('uplink' in one) || progress.roots.has(one.uplink))
    const contents = await readLicenses(home, some, run.plan)
    for (const [index, license] of some.entries()) {
      if (index % TURN === 0) await setImmediate()
      const content = contents[index]
      if (content === undefined) continue
      if (run.request.check === true) await checkLicense(home, license)
      await add(run, progress, license, content)
      if (waited.has(license.keyId)) progress.roots.add(license.keyId)
    }
  }
  return true
}

const manifestOf = async (run: BackupRun, { writer, generations, issuers }: Progress): Promise<string> => {
  const { context, parties, set, request, plan, product } = run
  const parts = await manifestParts(context.home, parties, { set, generations, issuers, guard: request.guard })
  const counted = { segments: writer.segments(), licenses: writer.lines(), restricted: plan.restricted.count() }
  return signManifest(parties.signing.key, { ...parts, ...counted, product })
}

/** Reads the set again as a restore would. */
const checkSet = async ({ request, set }: BackupRun, manifestJws: string): Promise<void> => {
  const verified = verifyManifest(manifestJws)
  if (E.isLeft(verified)) throw new TypeError(`the manifest was just signed: ${verified.left.type}`)
  const damage = await setDamage(request.directory, { set, manifestJws, ...verified.right })
  if (damage !== undefined) throw new CoreError(damage)
}

/** Writes all lines. Nothing is under way any more when it returns or throws. @returns false when the run was cancelled meanwhile. */
const writeSegments = async (run: BackupRun, progress: Progress): Promise<boolean> => {
  const { licenses, leaves } = run.plan
  const waited = new Set(leaves.map(({ uplink }) => uplink))
  try {
    for (const planned of [licenses.pages(), leafPages(leaves)]) {
      if (!(await addAll(run, progress, planned, waited))) return false
    }
    await endSegment(run, progress)
    await progress.underWay
    return true
  } finally {
    await Promise.allSettled([progress.underWay])
  }
}

/**
 * Writes a set and makes it the current one, in an order in which the old backup or the new one is there, whole, at every
 * moment. Throws `CoreError`, and the medium's errors; the set is unnamed then.
 *
 * @returns nothing when the run was cancelled.
 */
export const writeBackup = async (run: BackupRun): Promise<WrittenBackup | undefined> => {
  const { context, request, medium, set } = run
  const recorded = await recordedLicenses(run)
  const writer = await beginSet(medium, request.directory, set)
  const seen = { generations: new Set<number>(), issuers: new Set<IssuerId>(), roots: new Set<KeyId>() }
  const progress: Progress = { writer, ...seen, pending: [], recorded, underWay: Promise.resolve() }
  if (!(await writeSegments(run, progress))) return undefined
  const manifestJws = await manifestOf(run, progress)
  // From here on the set goes all the way: a whole one without a pointer would be taken for a backup that lost it.
  if (context.isCancelled()) return undefined
  await writer.publish(manifestJws)
  if (request.check === true) await checkSet(run, manifestJws)
  await writer.point(manifestJws)
  return { licenses: writer.lines(), manifest: digestOf(utf8(manifestJws)) }
}
