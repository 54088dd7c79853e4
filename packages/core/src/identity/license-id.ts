import * as t from 'io-ts'

export interface LicenseIdBrand {
  readonly LicenseId: unique symbol
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** Names a license among those of its issuer: a UUID in lower case. The license itself is (issuer, license id). */
export const LicenseId = t.brand(
  t.string,
  (text): text is t.Branded<string, LicenseIdBrand> => UUID.test(text),
  'LicenseId'
)
export type LicenseId = t.TypeOf<typeof LicenseId>
