export {
  BackupBegun,
  BackupCancelled,
  BackupEnded,
  BackupFailed,
  BackupProgress,
  BackupRestricted,
  LicenseBackedUp,
} from './backup-event'
export { BackupLine, BackupManifest, MANIFEST_TYP, MAX_MANIFEST, sealedVaultHeader, type Segment } from './backup-manifest'
