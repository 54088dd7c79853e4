import type { LicenseFault } from '../fault/core-fault'

/** A document, or a request for one, that contradicts itself or its limits. */
export type LicenseMalformed = Extract<LicenseFault, { readonly type: 'LicenseMalformed' }>

/** Says where in a license document something is wrong. */
export const licenseMalformed = (where: string, expected: string, found: string): LicenseMalformed => ({
  type: 'LicenseMalformed',
  where,
  expected,
  found,
})
