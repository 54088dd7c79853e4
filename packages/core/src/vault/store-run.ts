import * as E from 'fp-ts/Either'

import type { VaultClass } from '../device/keystore-seals'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { AcceptedLicense } from '../license/accepted-license'
import type { KeyBlock } from '../license/key-block'
import type { AppendRequest, StreamAppend } from '../store/event-store'
import { decide, initial } from './holding-decider'
import { licenseStream } from './license-event'
import { checkContent, licenseEnvelope, storeLicense, vaultClassOf } from './store-license'
import { sealingVault, type SealingVault } from './vault-generations'

/** What became of a run of incoming licenses; their numbers count from 0 over all of them. */
export interface StoredRun {
  readonly first: number
  readonly stored: number
  /** In the vault already, with the same document. */
  readonly held: number
  readonly refused: ReadonlyArray<{ readonly number: number; readonly fault: CoreFault }>
}

/** A license whose document was judged. */
export interface Arrival {
  readonly number: number
  readonly license: E.Either<CoreFault, AcceptedLicense>
  readonly content: KeyBlock | undefined
}

type Verdict = E.Either<CoreFault, 'stored' | 'held'>

/** Faults that one document or key has by itself; any other ends the run. */
const OF_ONE: ReadonlySet<CoreFault['type']> = new Set([
  'BadInput',
  'ChainTooLong',
  'EnvelopeDamaged',
  'KeyMismatch',
  'LicenseExists',
  'LicenseRevoked',
])

/** One license by itself: what is there already, gone or chained needs a look at the vault first. */
const oneByOne = async (home: Home, license: AcceptedLicense, content: KeyBlock | undefined): Promise<Verdict> => {
  const stored = await storeLicense(home)(license, content)()
  if (E.isRight(stored)) return E.right(stored.right.length === 0 ? 'held' : 'stored')
  if (OF_ONE.has(stored.left.type)) return stored
  throw new CoreError(stored.left)
}

type Vaults = Readonly<Record<VaultClass, SealingVault>>

interface Believed {
  readonly number: number
  readonly license: AcceptedLicense
  readonly content: KeyBlock | undefined
}

interface NewLicense {
  readonly append: StreamAppend
  readonly license: AcceptedLicense
  readonly content: KeyBlock
}

/** What a license that was never here adds to the run's append; nothing for one that has to go by itself. */
const asNew = ({ license, content }: Believed): NewLicense | undefined => {
  const events = decide(initial, license, { type: 'StoreLicense', license })
  if (E.isLeft(events) || content === undefined || license.document.chain?.role === 'leaf') return undefined
  const stream = licenseStream(license.issuer, license.lid)
  return { append: { stream, expectedRevision: 0, events: events.right }, license, content }
}

/** Adds all of a run in one append, or nothing when one of them is there already. */
const together = async (home: Home, vaults: Vaults, added: ReadonlyArray<NewLicense>): Promise<boolean> => {
  if (added.length === 0) return true
  const request: AppendRequest = {
    appends: [...added.map(({ append }) => append), vaults.backup.unchanged],
    state: added.map(({ license, content }) => licenseEnvelope(vaults[vaultClassOf(license)].vault, license, content)),
  }
  const appended = await home.store.append(request)()
  if (E.isRight(appended)) return true
  if (appended.left.type === 'RevisionConflict') return false
  throw new CoreError(appended.left)
}

/** A run, by how each license of it goes in. */
interface SortedRun {
  /** By stream, so that none is named twice. */
  readonly added: ReadonlyMap<string, NewLicense>
  readonly alone: ReadonlyArray<Believed>
  readonly believed: ReadonlyArray<Believed>
  readonly refused: StoredRun['refused']
}

const believed = ({ number, license, content }: Arrival): E.Either<CoreFault, Believed> => {
  if (E.isLeft(license)) return license
  const kept = content === undefined ? E.right(undefined) : checkContent(license.right, content)
  return E.isLeft(kept) ? kept : E.right({ number, license: license.right, content })
}

/** One kind of work after the other for the whole run: so each is done twice as fast as mixed with the others. */
const sorted = (run: ReadonlyArray<Arrival>): SortedRun => {
  const added = new Map<string, NewLicense>()
  const alone: Believed[] = []
  const all: Believed[] = []
  const refused: Array<StoredRun['refused'][number]> = []
  for (const [index, one] of run.map(believed).entries()) {
    if (E.isRight(one)) all.push(one.right)
    else refused.push({ number: run[index]?.number ?? 0, fault: one.left })
  }
  for (const one of all) {
    const fresh = asNew(one)
    // A second document under one name has to see the first one stored.
    if (fresh === undefined || added.has(fresh.append.stream)) alone.push(one)
    else added.set(fresh.append.stream, fresh)
  }
  return { added, alone, believed: all, refused }
}

/**
 * Stores a run whose documents were judged: what is new in one append, what is there already, gone or chained one by one.
 * Throws {@link CoreError} for what is no license's own fault.
 */
export const storeRun = async (home: Home, run: ReadonlyArray<Arrival>): Promise<StoredRun> => {
  // The older revision first, which the append then expects of both.
  const backup = await runTask(sealingVault(home, 'backup'))
  const vaults = { backup, local: await runTask(sealingVault(home, 'local')) }
  const { added, alone, believed: all, refused: unbelieved } = sorted(run)
  const whole = await together(home, vaults, [...added.values()])
  const refused = [...unbelieved]
  let stored = whole ? added.size : 0
  let held = 0
  for (const { number, license, content } of whole ? alone : all) {
    const verdict = await oneByOne(home, license, content)
    if (E.isLeft(verdict)) refused.push({ number, fault: verdict.left })
    else if (verdict.right === 'stored') stored += 1
    else held += 1
  }
  refused.sort((left, right) => left.number - right.number)
  return { first: run[0]?.number ?? 0, stored, held, refused }
}

