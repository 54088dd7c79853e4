import { IssuerId } from '../identity/issuer-id'
import { LicenseId } from '../identity/license-id'

/** Names one license: another issuer may use the same license id. */
export interface LicenseName {
  readonly issuer: IssuerId
  readonly lid: LicenseId
}

/** The id under which read models keep a license. */
export const licenseRow = ({ issuer, lid }: LicenseName): string => `${issuer}/${lid}`

/** Reads what {@link licenseRow} wrote; nothing for another text. */
export const licenseOfRow = (row: string): LicenseName | undefined => {
  const [issuer, lid, ...more] = row.split('/')
  return more.length === 0 && IssuerId.is(issuer) && LicenseId.is(lid) ? { issuer, lid } : undefined
}
