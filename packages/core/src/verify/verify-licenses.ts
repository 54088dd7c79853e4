import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { lastValueFrom } from 'rxjs'
import { concatMap, reduce } from 'rxjs/operators'

import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { attempted } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { wipeSecret } from '../secret/secret'
import { storedAcceptance, type StoredAcceptance } from '../vault/accept-stored'
import { licenseContentKey, licenseOwner } from '../vault/content-key'
import { envelopeKey } from '../vault/key-envelope'
import { everyLicense, type StoredLicense } from '../vault/stored-licenses'
import { MOST_FINDINGS, type Finding, type Unchecked } from './verified-home'

/** What was found of the licenses in the vault. */
export interface LicenseReport {
  readonly licenses: number
  readonly keys: number
  readonly findings: ReadonlyArray<Finding>
  readonly damaged: number
  readonly unchecked: ReadonlyArray<Unchecked>
}

/** What the home's keys allow to check. */
interface Checks {
  readonly accept: E.Either<CoreFault, StoredAcceptance>
  /** Why content keys do not open; nothing when they do. */
  readonly closed: CoreFault | undefined
}

const EMPTY: LicenseReport = { licenses: 0, keys: 0, findings: [], damaged: 0, unchecked: [] }

/** Where the home was told otherwise since, the license is what it was. */
const NO_DAMAGE: ReadonlySet<CoreFault['type']> = new Set(['LicenseIssuerUnknown', 'LicenseIssuerRevoked'])

/**
 * Checks each license in the vault, one after the other: the signature of its document, and that its key is there, opens
 * and is the one that the document commits to. A leaf of a chain has no key of its own.
 *
 * @errors those of the store. What is wrong with a license is a finding; keys that do not open are told as unchecked.
 */
export const verifyLicenses = (home: Home): TE.TaskEither<CoreFault, LicenseReport> =>
  attempted(async () => {
    const accept = await storedAcceptance(home)()
    const device = await runTask(home.device)
    const agreement = await home.keystore.agreement(device.epoch)()
    const checks: Checks = { accept, closed: E.isLeft(agreement) ? agreement.left : undefined }
    const report$ = everyLicense(home).pipe(
      // The device is read once, not for each key.
      concatMap((license) => judged({ ...home, device: TE.right(device) }, checks, license)),
      reduce(added, { ...EMPTY, unchecked: uncheckedBy(checks) })
    )
    return lastValueFrom(report$)
  })

const uncheckedBy = ({ accept, closed }: Checks): ReadonlyArray<Unchecked> => [
  ...(E.isLeft(accept) ? [{ check: 'signatures' as const, fault: accept.left }] : []),
  ...(closed === undefined ? [] : [{ check: 'keys' as const, fault: closed }]),
]

/** What was found of one license. */
interface Judged {
  readonly license: StoredLicense
  readonly opened: boolean
  readonly faults: ReadonlyArray<CoreFault>
}

const judged = async (home: Home, { accept, closed }: Checks, license: StoredLicense): Promise<Judged> => {
  const document = E.isRight(accept) ? accept.right(license.jws) : E.right(undefined)
  const key = license.facts.uplink === null ? await keyOf(home, closed, license) : E.right(false)
  const faults = [document, key].flatMap((answer) => (E.isLeft(answer) ? [answer.left] : []))
  return { license, opened: E.isRight(key) && key.right, faults }
}

/** Whether the key was opened; without open keys it is looked for only. */
const keyOf = async (
  home: Home,
  closed: CoreFault | undefined,
  license: StoredLicense
): Promise<E.Either<CoreFault, boolean>> => {
  if (closed !== undefined) {
    const envelope = await runTask(home.store.state('key-envelope', envelopeKey(licenseOwner(license))))
    return envelope === undefined ? E.left({ type: 'EnvelopeDamaged', lid: license.lid }) : E.right(false)
  }
  const key = await licenseContentKey(home, license)()
  if (E.isLeft(key)) return key
  wipeSecret(key.right)
  return E.right(true)
}

const added = (report: LicenseReport, { license: { issuer, lid }, opened, faults }: Judged): LicenseReport => {
  const findings = faults.map((fault): Finding => {
    return { type: 'License', issuer, lid, fault, damage: !NO_DAMAGE.has(fault.type) }
  })
  return {
    ...report,
    licenses: report.licenses + 1,
    keys: report.keys + (opened ? 1 : 0),
    findings: findings.length === 0 ? report.findings : [...report.findings, ...findings].slice(0, MOST_FINDINGS),
    damaged: report.damaged + findings.filter(({ damage }) => damage).length,
  }
}
