export { badInput } from './bad-input'
export type { BadInput } from './bad-input'
export { IssuerId } from './issuer-id'
export type { IssuerIdBrand } from './issuer-id'
export {
  KeyId,
  keyIdBytes,
  keyIdFromBytes,
  keyIdFromGuidBytes,
  keyIdFromText,
  keyIdToGuidBytes,
  keyIdToGuidText,
} from './key-id'
export type { KeyIdBrand } from './key-id'
export { LicenseId } from './license-id'
export type { LicenseIdBrand } from './license-id'
export {
  RequiredVersion,
  SecurityVersion,
  compareVersions,
  isIndividualized,
  satisfiesVersion,
} from './security-version'
export type { RequiredVersionBrand, SecurityVersionBrand } from './security-version'
export { SystemId, systemIdFromText } from './system-id'
export type { SystemIdBrand } from './system-id'
