export { acceptClock, attestClock } from './accept-clock'
export { addLicense } from './add-license'
export type { AddedLicense, AlongWithLicense } from './add-license'
export type { KeyBlock } from '../license/key-block'
export { openEnvelope, sealEnvelope, type EnvelopeOwner } from './key-envelope'
export { cleanLicenseStore } from './clean-license-store'
export type { CleanedStore } from './clean-license-store'
export { deleteLicense, deleteTemporaryLicenses, markForPurge } from './delete-license'
export type { DeleteLicense, DeleteTemporary } from './delete-license'
export { enumerateLicenses } from './enumerate-licenses'
export type { LicenseFilter } from './enumerate-licenses'
export { findLicense } from './find-license'
export type { LicenseReference } from './find-license'
export { heldLicenses, vaultLicense } from './held-licenses'
export type { HeldLicenses, VaultLicense } from './held-licenses'
export { IssuerCertified, IssuerDistrusted, IssuerTrusted } from './issuer-event'
export {
  LicenseCountsRestored,
  LicenseDeleted,
  LicenseDisabled,
  LicenseMarkedForPurge,
  LicensePersisted,
  LicenseRevoked,
  LicenseStored,
} from './license-event'
export type { DeletionReason } from './license-event'
export type { LicenseFacts } from './license-facts'
export type { LicenseName } from './license-name'
export { licenseProperties } from './license-properties'
export type { LicenseProperties } from './license-properties'
export { LicenseRevocationProcessed, LicenseStoreCleaned } from './license-store-event'
export { observeClock } from './observe-clock'
export type { ClockAnswer, ObservedClock } from './observe-clock'
export { canPersistLicense, persistLicense } from './persist-license'
export { processDeletionMessage } from './process-deletion-message'
export { queryLicense } from './query-license'
export type { LicenseQuery } from './query-license'
export { reserveUse } from './reserve-use'
export type { UseAnswer, UseRequest } from './reserve-use'
export { returnAbandonedUses } from './return-abandoned-uses'
export { reserveCounters } from './reserve-counters'
export type { CounterRange, CounterRequest } from './reserve-counters'
export { revealKeys, secretDigits } from './reveal-keys'
export type { RevealedKey } from './reveal-keys'
export { vaultSnapshotChecks } from './snapshot-checks'
export { createRevocationChallenge, processRevocation } from './revoke-licenses'
export type { ProcessedRevocation, ProcessRevocation } from './revoke-licenses'
export { storeLicense } from './store-license'
export type { StoreLicenseOptions } from './store-license'
export { storeLicenses } from './store-licenses'
export type { IncomingLicense } from './store-licenses'
export type { StoredRun } from './store-run'
export { everyLicense, licensesByKey, licensesByLid, listLicenses } from './stored-licenses'
export type { StoredLicense } from './stored-licenses'
export type { TargetKeyRequest } from './target-keys'
export { distrustIssuer, trustIssuer } from './trust-issuer'
export { trustedIssuers } from './trusted-issuers'
export type { IssuerOrigin, TrustedIssuer } from './trusted-issuers'
export { returnUse } from './use-step'
export { KeysRevealed, TargetKeyCreated } from './target-key-event'
export {
  GrantClosed,
  GrantOpened,
  KeyReleased,
  ProtectionAuthorized,
  UseBroken,
  UseFinished,
  UseReserved,
  UseResumed,
  UseReturned,
} from './use-event'
export { currentVaultKey } from './content-key'
export { closeBackupGeneration, openVaultGeneration, sealingVault, vaultGenerations, type SealingVault } from './vault-generations'
