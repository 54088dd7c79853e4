import { licenseRow } from '../vault/license-name'
import type { BackupRun } from './backup-run'
import { checkLicense } from './check-license'
import type { FoundSet } from './find-set'
import { setDamage } from './open-backup'
import { recordedLicenses } from './write-backup'

/** Whether nothing is missing in the set that a backup would take now. Licenses that are gone since are no reason to write anew. */
const holdsAll = async (run: BackupRun, { manifest }: FoundSet): Promise<boolean> => {
  const { licenses, leaves } = run.plan
  if (licenses.count() + leaves.length > manifest.licenses) return false
  const recorded = await recordedLicenses(run)
  for (const page of [...licenses.pages(), leaves]) {
    if (!page.every((license) => recorded.has(licenseRow(license)))) return false
    if (run.request.check === true) for (const license of page) await checkLicense(run.context.home, license)
  }
  return true
}

/**
 * Whether the set of a killed run is, byte for byte whole, the one that this run would write. Never for a guarded one: nobody
 * but the service can tell whether it is sealed under the same passphrase.
 */
export const isSameBackup = async (run: BackupRun, whole: FoundSet): Promise<boolean> => {
  if (run.request.guard !== undefined || whole.manifest.guard !== undefined) return false
  return (await holdsAll(run, whole)) && (await setDamage(run.request.directory, whole)) === undefined
}
