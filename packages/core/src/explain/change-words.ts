import { timestampFromMicros } from '../license/timestamp'
import type { Change, LicenseRef } from './change'

type Of<T extends Change['type']> = Extract<Change, { readonly type: T }>

const named = ({ lid }: LicenseRef): string => `the license ${lid}`
const SECOND = 1_000_000

/** Dates are whole seconds and both ends of a window count, so that a change is at the microsecond beside one. */
const moment = (micros: number): string => {
  const part = micros % SECOND
  if (part === 1) return `just after ${timestampFromMicros(micros)}`
  return part === SECOND - 1 ? `just before ${timestampFromMicros(micros + 1)}` : timestampFromMicros(micros)
}

/** One line for each kind of change, as a condition: "if …". */
const WORDS: { readonly [T in Change['type']]: (change: Of<T>) => string } = {
  TimeMoves: ({ to }) => `the time were ${moment(to)}`,
  ClockReanchored: () => 'the clock were believed again',
  ClockSetBack: () => 'the clock were set back',
  HandleRenewed: () => 'the handle were opened anew',
  VersionInstalled: ({ securityVersion }) => `security version ${securityVersion} were installed; individualize`,
  ApplicationLevelRaised: ({ level }) => `the application were certified for level ${level}`,
  SecureClockAdded: () => 'the device had a secure clock',
  MeteringAdded: ({ service }) => `uses were reported to the metering service ${service}`,
  AudioPathRaised: ({ level }) => `sound took a secure path of level ${level}`,
  SystemRegistered: ({ system }) => `the system ${system} were registered`,
  SystemRemoved: ({ system }) => `the system ${system} were not registered`,
  ReceiverReplaced: () => 'the receiver had a certificate that is good, for this system and not revoked',
  ApplicationReplaced: () => 'this application were not revoked; get its newer version',
  ReceiverLevelRaised: ({ level }) => `the receiver were certified for level ${level}`,
  RevocationListRenewed: () => 'the revocation list were renewed',
  RevocationInformationRenewed: () => 'the revocation information were renewed',
  RevocationInformationStored: ({ version }) => `revocation information ${version} were stored`,
  CopyLevelRaised: ({ level }) => `the target kept copy level ${level}`,
  FormLevelRaised: ({ form, level }) => `the target kept level ${level} for ${form}`,
  IssuerTrusted: ({ issuer }) => `the issuer ${issuer} were trusted`,
  UseGivenBack: ({ license, action, window, uses }) =>
    `${named(license)} had ${uses === 1 ? 'one more use' : `${uses} more uses`} of ${action} in window ${window + 1}`,
  UseSpent: ({ license, action, window }) => `${named(license)} had one use less of ${action} in window ${window + 1}`,
  LicenseStored: ({ license }) => `${named(license)} were in the vault, neither marked nor disabled`,
  LicenseDeleted: ({ license }) => `${named(license)} were deleted`,
  LicenseGrants: ({ license, action }) => `${named(license)} granted ${action}, which takes a new license`,
  LicenseIncludes: ({ license, system }) => `${named(license)} included the system ${system}, which takes a new license`,
  RootStored: ({ license }) => `the root of ${named(license)} were in the vault`,
  LicenseAdded: ({ action }) => `there were a license that grants ${action}`,
}

/** A change in words, to follow "if". */
export const changeWords = (change: Change): string => (WORDS[change.type] as (change: Change) => string)(change)
