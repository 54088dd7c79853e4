export {
  BackupBegun,
  BackupCancelled,
  BackupEnded,
  BackupFailed,
  BackupProgress,
  BackupRestricted,
  LicenseBackedUp,
  SegmentBackedUp,
} from './backup-event'
export { LEAF_BYTES, leafOf } from './leaf'
export { openVaultKey, sealVaultKey, type VaultKeyFault, type VaultKeyPlace } from './sealed-vault-key'
export { BackupLine, BackupManifest, MANIFEST_TYP, MAX_MANIFEST, sealedVaultHeader, type Segment } from './backup-manifest'
export { takeBackupRestoreLock } from './backup-restore-lock'
export { GUARD_SALT_LENGTH, guardKey } from './guard'
export type { OpenBackupOptions } from './find-set'
export type { BackupDamage } from './judge-segment'
export { type OpenedBackup, type OpenedSegment, openBackup } from './open-backup'
export { verifyManifest, type VerifiedManifest } from './verify-manifest'
export { backUp } from './back-up'
export type { BackupEnv, BackupRequest } from './backup-run'
export type { BackupMedium } from './backup-medium'
export { restrictedTitles, type RestrictedTitle } from './restricted-titles'
