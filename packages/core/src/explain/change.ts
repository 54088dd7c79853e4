import type { IssuerId } from '../identity/issuer-id'
import type { LicenseId } from '../identity/license-id'
import type { SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { Action } from '../license/action'
import type { DataForm } from '../license/evaluation'

/** A license by its two names. */
export interface LicenseRef {
  readonly issuer: IssuerId
  readonly lid: LicenseId
}

/** What time and chance do, or the owner of this computer. */
type ChangeHere =
  /** @param to microseconds since 1970. */
  | { readonly type: 'TimeMoves'; readonly to: number }
  | { readonly type: 'ClockReanchored' }
  | { readonly type: 'ClockSetBack' }
  | { readonly type: 'HandleRenewed' }
  | { readonly type: 'VersionInstalled'; readonly securityVersion: SecurityVersion }
  | { readonly type: 'ApplicationLevelRaised'; readonly level: number }
  | { readonly type: 'SecureClockAdded' }
  | { readonly type: 'MeteringAdded'; readonly service: string }
  | { readonly type: 'AudioPathRaised'; readonly level: number }
  | { readonly type: 'SystemRegistered'; readonly system: SystemId }
  | { readonly type: 'SystemRemoved'; readonly system: SystemId }
  | { readonly type: 'ReceiverReplaced' }
  | { readonly type: 'ApplicationReplaced' }
  | { readonly type: 'ReceiverLevelRaised'; readonly level: number }
  | { readonly type: 'RevocationListRenewed' }
  | { readonly type: 'RevocationInformationRenewed' }
  /** @param version 64-bit number as decimal text. */
  | { readonly type: 'RevocationInformationStored'; readonly version: string }
  | { readonly type: 'CopyLevelRaised'; readonly level: number }
  | { readonly type: 'FormLevelRaised'; readonly form: DataForm; readonly level: number }
  | { readonly type: 'IssuerTrusted'; readonly issuer: IssuerId }

/** What a license would have to be, or what has to become of it. Other terms come with a new license only. */
type ChangeOfLicense =
  /** @param uses how many come back: more than one where the license came in again with a smaller count than was used. */
  | {
      readonly type: 'UseGivenBack'
      readonly license: LicenseRef
      readonly action: string
      readonly window: number
      readonly uses: number
    }
  | { readonly type: 'UseSpent'; readonly license: LicenseRef; readonly action: string; readonly window: number }
  | { readonly type: 'LicenseStored'; readonly license: LicenseRef }
  | { readonly type: 'LicenseDeleted'; readonly license: LicenseRef }
  | { readonly type: 'LicenseGrants'; readonly license: LicenseRef; readonly action: Action }
  | { readonly type: 'LicenseIncludes'; readonly license: LicenseRef; readonly system: SystemId }
  /** @param keyId of the root that the leaf names, as documents spell it. */
  | { readonly type: 'RootStored'; readonly license: LicenseRef; readonly keyId: string }
  /** Where there is no license at all: one that grants the action without conditions. */
  | { readonly type: 'LicenseAdded'; readonly action: Action }

/** One elementary change of what a decision was made from. */
export type Change = ChangeHere | ChangeOfLicense
