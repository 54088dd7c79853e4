/** The domain rule behind each reason for which a license is not restored. */
const RULES: Readonly<Record<string, string>> = {
  RestoreLimitReached: 'BR-30',
  BackupRightMissing: 'BR-21',
  StoreNeedsIndividualization: 'BR-36',
  BackupPartDamaged: 'BR-39',
  LicenseIssuerUnknown: 'LI-1',
  LicenseIssuerRevoked: 'RV-2',
  LicenseRevoked: 'LI-50',
  LicenseExists: 'BR-25',
  KeyMismatch: 'IM-10',
  ChainTooLong: 'LI-59',
  UplinkMissing: 'LI-56',
}

/** Whatever else is wrong is wrong with the backup. */
const OTHERWISE = 'BR-39'

/** The rule id to tell with a refusal. */
export const refusalRule = (reason: string): string => RULES[reason] ?? OTHERWISE
