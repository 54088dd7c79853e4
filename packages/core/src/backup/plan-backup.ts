import * as E from 'fp-ts/Either'
import { lastValueFrom } from 'rxjs'
import { map, tap } from 'rxjs/operators'

import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { KeyId as KeyIdCodec } from '../identity/key-id'
import type { ModelRow } from '../store/log-access'
import type { VaultGeneration } from '../device/vault-generation-decider'
import { isHere, isTemporary } from '../vault/holding-decider'
import { envelopeGeneration, licenseEnvelopeKey } from '../vault/key-envelope'
import { licenseOfRow } from '../vault/license-name'
import { liveRows } from '../vault/live-rows'
import { readHolding } from '../vault/read-holding'
import { storedDocument } from '../vault/stored-document'
import { readVaultGenerations } from '../vault/vault-generations'
import { licenseList, type LicenseList } from './license-list'
import type { PlannedLeaf, PlannedLicense } from './planned-license'
import { sealedList, type SealedList } from './sealed-list'

/** The moment at which envelopes were looked at: what is told apart from it later may have another envelope. */
export interface PlanMoment {
  /** Newest position of the log. */
  readonly position: number
  /** Revision of the vault keys' stream. */
  readonly vaultKeys: number
}

/** What a backup consists of. */
export interface BackupPlan extends PlanMoment {
  /** Licenses with an envelope of their own. */
  readonly licenses: SealedList
  /** Leaves whose root is among them. */
  readonly leaves: ReadonlyArray<PlannedLeaf>
  /** All others: they may not be backed up, or their root may not (BR-11, BR-12). */
  readonly restricted: LicenseList
}

const plannedOf = ({ key, id }: ModelRow): PlannedLicense | undefined => {
  const name = licenseOfRow(id)
  return name !== undefined && KeyIdCodec.is(key) ? { ...name, keyId: key } : undefined
}

interface Sorted {
  readonly licenses: SealedList
  readonly restricted: LicenseList
  readonly unsealed: PlannedLicense[]
}

const liveLicenses = async (home: Home): Promise<LicenseList> => {
  const licenses = licenseList()
  const added$ = liveRows(home).pipe(
    map(plannedOf),
    tap((license) => {
      if (license !== undefined) licenses.add(license)
    })
  )
  await lastValueFrom(added$, { defaultValue: undefined })
  return licenses
}

/** The licenses of the vault: whether the envelope of each is under a key that backups take, or whether it has none. */
const sortedLicenses = async (home: Home, live: ReadonlyArray<VaultGeneration>): Promise<Sorted> => {
  const backup = new Set(live.filter((one) => one.class === 'backup').map(({ generation }) => generation))
  const sorted: Sorted = { licenses: sealedList(), restricted: licenseList(), unsealed: [] }
  for (const page of (await liveLicenses(home)).drain()) {
    const envelopes = await runTask(home.store.states('key-envelope', page.map(licenseEnvelopeKey)))
    for (const license of page) {
      const envelope = envelopes.get(licenseEnvelopeKey(license))
      if (envelope === undefined) sorted.unsealed.push(license)
      else if (!backup.has(envelopeGeneration(envelope) ?? 0)) sorted.restricted.add(license)
      else sorted.licenses.add(license, envelope)
    }
  }
  return sorted
}

/** A leaf by its document, which has no envelope; nothing for a license that came or went meanwhile. */
const leafOf = async (home: Home, license: PlannedLicense): Promise<PlannedLeaf | 'restricted' | undefined> => {
  const { state: holding } = await runTask(readHolding(home.store, license))
  const { terms } = holding
  const uplink = terms?.facts.uplink ?? null
  if (terms === undefined || uplink === null || !isHere(holding)) return undefined
  const document = storedDocument(terms.document)
  const granted = E.isRight(document) && document.right.rights.some(({ action }) => action === 'Backup')
  return granted && !isTemporary(holding) ? { ...license, uplink } : 'restricted'
}

const keyIdsOf = (licenses: SealedList): ReadonlySet<KeyId> => {
  const keyIds = new Set<KeyId>()
  for (const page of licenses.pages()) for (const { keyId } of page) keyIds.add(keyId)
  return keyIds
}

/**
 * Chooses what a backup consists of: licenses whose envelope is under a key that backups take, for those are the permanent
 * ones that grant it, and leaves that grant it with their root (BR-11).
 */
export const planBackup = async (home: Home): Promise<BackupPlan> => {
  const { position } = await runTask(home.store.head())
  const { state: vaultKeys, revision } = await runTask(readVaultGenerations(home.store))
  const { licenses, restricted, unsealed } = await sortedLicenses(home, vaultKeys.live)
  const keyIds = unsealed.length === 0 ? new Set<KeyId>() : keyIdsOf(licenses)
  const leaves: PlannedLeaf[] = []
  for (const license of unsealed) {
    const leaf = await leafOf(home, license)
    if (leaf === undefined) continue
    if (leaf !== 'restricted' && keyIds.has(leaf.uplink)) leaves.push(leaf)
    else restricted.add(license)
  }
  return { licenses, leaves, restricted, position, vaultKeys: revision }
}
