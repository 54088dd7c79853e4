import * as E from 'fp-ts/Either'
import { lastValueFrom } from 'rxjs'
import { reduce } from 'rxjs/operators'

import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { KeyId as KeyIdCodec } from '../identity/key-id'
import type { ModelRow } from '../store/log-access'
import { isHere, isTemporary } from '../vault/holding-decider'
import { envelopeGeneration, licenseEnvelopeKey } from '../vault/key-envelope'
import { licenseOfRow, type LicenseName } from '../vault/license-name'
import { liveRows } from '../vault/live-rows'
import { readHolding } from '../vault/read-holding'
import { storedDocument } from '../vault/stored-document'
import { vaultGenerations } from '../vault/vault-generations'

/** A license by its name and key ID. */
export interface PlannedLicense extends LicenseName {
  readonly keyId: KeyId
}

/** A leaf of a chain with the key ID of its root. */
export interface PlannedLeaf extends PlannedLicense {
  readonly uplink: KeyId
}

/** What a backup consists of. */
export interface BackupPlan {
  /** Licenses with an envelope of their own. */
  readonly licenses: ReadonlyArray<PlannedLicense>
  /** Leaves whose root is among them. */
  readonly leaves: ReadonlyArray<PlannedLeaf>
  /** All others: they may not be backed up, or their root may not (BR-11, BR-12). */
  readonly restricted: ReadonlyArray<PlannedLicense>
}

const LICENSE_ENVELOPE = 'license/'

/** Whether the envelope of each license is under a key that backups take, by the envelope's key; licenses without one are not in it. */
const envelopeClasses = async (home: Home): Promise<ReadonlyMap<string, boolean>> => {
  const generations = await runTask(vaultGenerations(home))
  const backup = new Set(generations.filter((one) => one.class === 'backup').map(({ generation }) => generation))
  const classes = new Map<string, boolean>()
  const rows$ = home.log.stateRows('key-envelope')
  await lastValueFrom(
    rows$.pipe(
      reduce((_, { key, value }) => {
        if (key.startsWith(LICENSE_ENVELOPE)) classes.set(key, backup.has(envelopeGeneration(value) ?? 0))
        return undefined
      }, undefined)
    )
  )
  return classes
}

const plannedOf = ({ key, id }: ModelRow): PlannedLicense | undefined => {
  const name = licenseOfRow(id)
  return name !== undefined && KeyIdCodec.is(key) ? { ...name, keyId: key } : undefined
}

interface Sorted {
  readonly licenses: PlannedLicense[]
  readonly restricted: PlannedLicense[]
  readonly unsealed: PlannedLicense[]
}

/** The licenses of the vault by what their envelopes say. */
const sortedLicenses = async (home: Home): Promise<Sorted> => {
  const classes = await envelopeClasses(home)
  const sorted: Sorted = { licenses: [], restricted: [], unsealed: [] }
  return lastValueFrom(
    liveRows(home).pipe(
      reduce((all, row) => {
        const license = plannedOf(row)
        if (license === undefined) return all
        const backup = classes.get(licenseEnvelopeKey(license))
        if (backup === undefined) all.unsealed.push(license)
        else (backup ? all.licenses : all.restricted).push(license)
        return all
      }, sorted)
    )
  )
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

/**
 * Chooses what a backup consists of: licenses whose envelope is under a key that backups take, for those are the permanent
 * ones that grant it, and leaves that grant it with their root (BR-11).
 */
export const planBackup = async (home: Home): Promise<BackupPlan> => {
  const { licenses, restricted, unsealed } = await sortedLicenses(home)
  const keyIds = unsealed.length === 0 ? undefined : new Set(licenses.map(({ keyId }) => keyId))
  const leaves: PlannedLeaf[] = []
  for (const license of unsealed) {
    const leaf = await leafOf(home, license)
    if (leaf === undefined) continue
    if (leaf !== 'restricted' && keyIds?.has(leaf.uplink) === true) leaves.push(leaf)
    else restricted.push(license)
  }
  return { licenses, leaves, restricted }
}
