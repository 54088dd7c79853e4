import * as E from 'fp-ts/Either'

import type { VaultClass } from '../device/keystore-seals'
import { newEvent } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import type { LicenseFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import type { Folded } from '../home/fold-stream'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { AppendRequest, ModelExpectation, NewEvent, StateChange, StreamAppend } from '../store/event-store'
import { checkLeaf } from '../vault/check-leaf'
import { decide, initial, type Holding } from '../vault/holding-decider'
import { licenseStream } from '../vault/license-event'
import { readHolding } from '../vault/read-holding'
import { checkContent, licenseEnvelope, vaultClassOf } from '../vault/store-license'
import { sealingVault, type SealingVault } from '../vault/vault-generations'
import { issuerTrust, trustedIssuers, type IssuerTrust } from '../vault/trusted-issuers'
import { revocationState } from '../revocation/stored-revocation'
import { refusalRule } from './refusal-rule'
import { LicenseAlreadyHeld, LicenseRestored, LicenseRestoreRefused, RestoreProgress, restoreStream } from './restore-event'
import type { RefusedName, RestoredLicense } from './restored-license'

/** A batch that was answered, with what its last event says. */
export interface AnsweredBatch {
  readonly run: string
  readonly segment: string
  readonly idem: string
  readonly statement: string
  readonly licenses: ReadonlyArray<RestoredLicense>
  /** Licenses of the set that are done with this batch, and all of them. */
  readonly done: number
  readonly total: number
}

/** What one license adds to the append of its batch. */
interface Outcome {
  readonly event: NewEvent
  readonly append?: StreamAppend
  readonly state?: StateChange
  readonly expects?: ReadonlyArray<ModelExpectation>
}

type Vaults = Readonly<Record<VaultClass, SealingVault>>
type Allowed = Extract<RestoredLicense, { readonly type: 'Allowed' }>

const NEW: Folded<Holding> = { state: initial, revision: 0 }

const refusal = (run: string, { issuer, lid, keyId }: RefusedName, reason: string, url: string | null): Outcome => ({
  event: newEvent(LicenseRestoreRefused, { run, issuer, lid, keyId, reason, rule: refusalRule(reason), url }),
})

const accepted = (
  { run, statement }: AnsweredBatch,
  vaults: Vaults,
  { license, content, computers }: Allowed,
  { state: holding, revision }: Folded<Holding>
): Outcome => {
  const { issuer, lid, keyId } = license
  const events = decide(holding, license, { type: 'RestoreLicense', license, run })
  if (E.isLeft(events)) return refusal(run, license, events.left.type, null)
  // Also of a license that is here: its envelope may be one that no longer opens.
  const state = content && { state: licenseEnvelope(vaults[vaultClassOf(license)].vault, license, content) }
  const named = { run, issuer, lid, keyId, computers, statement }
  const counts = events.right.some(({ type }) => type === 'LicenseCountsRestored')
  return {
    event: events.right.length === 0 ? newEvent(LicenseAlreadyHeld, named) : newEvent(LicenseRestored, { ...named, counts }),
    // Without events too: the envelope of a license that goes meanwhile must not come back.
    append: { stream: licenseStream(issuer, lid), expectedRevision: revision, events: events.right },
    ...state,
  }
}

const problemOf = (trust: IssuerTrust, { license, content }: Allowed): LicenseFault | undefined => {
  const issuer = trust.issuer(license.issuer)
  if (E.isLeft(issuer)) return issuer.left
  const kept = content === undefined ? E.right(undefined) : checkContent(license, content)
  return E.isLeft(kept) ? kept.left : undefined
}

/** What is wrong with a leaf is its own; the rest is the store's. */
const OF_A_LEAF: ReadonlySet<string> = new Set(['ChainTooLong', 'KeyMismatch', 'EnvelopeDamaged'])

/** What all licenses of a batch are stored with. */
interface Known {
  readonly vaults: Vaults
  readonly trust: IssuerTrust
}

const knownOf = async (home: Home): Promise<Known> => {
  // The older revision first, which the append then expects of both.
  const backup = await runTask(sealingVault(home, 'backup'))
  const vaults = { backup, local: await runTask(sealingVault(home, 'local')) }
  return { vaults, trust: issuerTrust(await runTask(trustedIssuers(home)), await runTask(revocationState(home))) }
}

const outcomeOf = async (
  home: Home,
  batch: AnsweredBatch,
  known: Known,
  license: RestoredLicense,
  holding: Folded<Holding>
): Promise<Outcome> => {
  const { run } = batch
  if (license.type === 'Refused') return refusal(run, license.license, license.reason, license.url)
  const problem = problemOf(known.trust, license)
  if (problem !== undefined) return refusal(run, license.license, problem.type, null)
  const outcome = accepted(batch, known.vaults, license, holding)
  if (license.content !== undefined) return outcome
  const leaf = await checkLeaf(home, license.license)()
  if (E.isRight(leaf)) return { ...outcome, expects: leaf.right }
  if (OF_A_LEAF.has(leaf.left.type)) return refusal(run, license.license, leaf.left.type, null)
  throw new CoreError(leaf.left)
}

const requestOf = (batch: AnsweredBatch, { vaults }: Known, outcomes: ReadonlyArray<Outcome>): AppendRequest => {
  const { run, segment, idem, done, total: licenses } = batch
  const events = [...outcomes.map(({ event }) => event), newEvent(RestoreProgress, { run, segment, idem, done, licenses })]
  return {
    appends: [
      ...outcomes.flatMap(({ append }) => append ?? []),
      { stream: restoreStream(run), expectedRevision: 'any', events },
      vaults.backup.unchanged,
    ],
    state: outcomes.flatMap(({ state }) => state ?? []),
    expects: outcomes.flatMap(({ expects }) => expects ?? []),
    correlation: run,
  }
}

/**
 * Stores an answered batch in one append: licenses, envelopes under this computer's vault keys, one event for each license, and
 * that the batch is done. So a kill leaves all of it or nothing.
 *
 * @errors those of keystore and store.
 */
export const storeBatch = async (home: Home, batch: AnsweredBatch): Promise<void> => {
  const build = async (holdings: (license: RefusedName) => Promise<Folded<Holding>>): Promise<AppendRequest> => {
    const known = await knownOf(home)
    const outcomes: Outcome[] = []
    for (const license of batch.licenses) {
      outcomes.push(await outcomeOf(home, batch, known, license, await holdings(license.license)))
    }
    return requestOf(batch, known, outcomes)
  }
  // As a rule none of them was ever here, and looking costs more than trying.
  const first = await home.store.append(await build(() => Promise.resolve(NEW)))()
  if (E.isRight(first)) return
  if (first.left.type !== 'RevisionConflict' && first.left.type !== 'ModelConflict') throw new CoreError(first.left)
  await runTask(
    retryConflict(async () => {
      const request = await build((license) => runTask(readHolding(home.store, license)))
      return home.store.append(request)()
    })
  )
}
