import * as E from 'fp-ts/Either'

import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { wipeSecret, type Secret } from '../secret/secret'
import { heldContentKey } from '../vault/content-key'
import { licensesByKey, storedLicense } from '../vault/stored-licenses'
import type { PlannedLeaf, PlannedLicense } from './planned-license'

const wiped = (opened: E.Either<CoreFault, Secret>): CoreFault | undefined => {
  if (E.isLeft(opened)) return opened.left
  wipeSecret(opened.right)
  return undefined
}

/**
 * Opens the content key of a license once and compares it with the document's commitment: a backup of what does not open
 * here would open nowhere. Throws `CoreError` with `EnvelopeDamaged`, `KeyMismatch`, `UplinkMissing`.
 */
export const checkLicense = async (home: Home, planned: PlannedLicense | PlannedLeaf): Promise<void> => {
  const license = await runTask(storedLicense(home)(planned))
  if (license === undefined) return
  const roots = 'uplink' in planned ? await runTask(licensesByKey(home)(planned.uplink)) : []
  const tries = roots.length === 0 ? [undefined] : roots
  let fault: CoreFault | undefined
  for (const found of tries) {
    const root = found && { license: found, state: found.state }
    fault = wiped(await heldContentKey(home, { license, state: license.state, ...(root && { root }) })())
    if (fault === undefined) return
  }
  if (fault !== undefined) throw new CoreError(fault)
}
