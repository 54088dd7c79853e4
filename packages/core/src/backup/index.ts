export {
  BackupBegun,
  BackupCancelled,
  BackupEnded,
  BackupFailed,
  BackupProgress,
  BackupRestricted,
  LicenseBackedUp,
} from './backup-event'
export { LEAF_BYTES, leafOf } from './leaf'
export { openVaultKey, sealVaultKey, type VaultKeyFault, type VaultKeyPlace } from './sealed-vault-key'
export { BackupLine, BackupManifest, MANIFEST_TYP, MAX_MANIFEST, sealedVaultHeader, type Segment } from './backup-manifest'
export { takeBackupRestoreLock } from './backup-restore-lock'
export { GUARD_SALT_LENGTH, guardKey } from './guard'
