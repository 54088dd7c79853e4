import { satisfiesVersion } from '../../identity/security-version'
import { DecimalU64 } from '../document-values'
import type { DeviceStatement } from '../evaluation'
import type { LicenseDocument } from '../license-document'
import { refusal, type Refusal } from '../refusal'

type Requirements = NonNullable<LicenseDocument['requires']>
type Judge = (requires: Requirements, device: DeviceStatement) => Refusal | undefined

const security: Judge = ({ security: least }, { securityVersion }) =>
  least === undefined || satisfiesVersion(securityVersion, least)
    ? undefined
    : refusal(
        'IndividualizationRequired',
        'IN-3',
        `the license needs security version ${least}.0.1, installed is ${securityVersion}; individualize`
      )

const application: Judge = ({ application: least }, { applicationLevel = Number.NaN }) =>
  least === undefined || applicationLevel >= least
    ? undefined
    : refusal('ApplicationLevelTooLow', 'LI-23', `the license needs application level ${least}`)

const clock: Judge = ({ clock: needed }, { secureClock }) =>
  needed !== true || secureClock === true
    ? undefined
    : refusal('ClockUntrusted', 'LI-6', 'the license needs a secure clock, which this device has not')

const metering: Judge = ({ metering: service }, { metering = [] }) =>
  service === undefined || metering.includes(service)
    ? undefined
    : refusal('MeteringUnsupported', 'LI-6', `the license needs metering by ${service}, to which this device reports nothing`)

const audio: Judge = ({ audioPath: least }, { audioPath = 0 }) =>
  least === undefined || audioPath >= least
    ? undefined
    : refusal('AudioPathMissing', 'LI-15', `the license needs a secure audio path of level ${least}, this device has ${audioPath}`)

const revocation: Judge = ({ revocation: least }, { revocation: stored }) => {
  if (least === undefined) return undefined
  if (stored === undefined) {
    return refusal('RevocationTooOld', 'RV-6', `the license needs revocation information ${least}, none is stored`)
  }
  if (!DecimalU64.is(stored)) {
    return refusal('RevocationTooOld', 'R6', 'the version of the stored revocation information is not a number')
  }
  // As numbers, not as text: 10 is newer than 9 (RV-3).
  return BigInt(stored) >= BigInt(least)
    ? undefined
    : refusal('RevocationTooOld', 'RV-6', `the license needs revocation information ${least}, stored is ${stored}`)
}

/** In the order in which a refusal names them. A new member of `requires` needs a judge here. */
const JUDGES: { readonly [Member in keyof Required<Requirements>]: Judge } = {
  security,
  application,
  clock,
  metering,
  audioPath: audio,
  revocation,
}
const ALL = Object.values(JUDGES)

/** The demands of a document on device and application that are not met. What a device does not state, it has not. */
export const judgeRequirements = (
  { requires }: LicenseDocument,
  device: DeviceStatement
): ReadonlyArray<Refusal> => {
  if (requires === undefined) return []
  const refusals: Refusal[] = []
  for (const judge of ALL) {
    const refused = judge(requires, device)
    if (refused !== undefined) refusals.push(refused)
  }
  return refusals
}
