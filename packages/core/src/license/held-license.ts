import type { AcceptedLicense } from './accepted-license'
import type { LicenseState } from './license-state'

/** A believed license with what became of it here. */
export interface HeldLicense {
  readonly license: AcceptedLicense
  readonly state: LicenseState
  /** The license that a leaf hangs on; absent when that link is missing. */
  readonly root?: HeldLicense
}

/** The links of a chain, leaf first; a license without a root is its only link. */
export const linksOf = (held: HeldLicense): ReadonlyArray<HeldLicense> =>
  held.root === undefined ? [held] : [held, held.root]
