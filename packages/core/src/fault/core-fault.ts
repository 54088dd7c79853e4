/** What can go wrong at the event store. */
export type StoreFault =
  | { readonly type: 'RevisionConflict'; readonly stream: string; readonly expected: number; readonly actual: number }
  | { readonly type: 'StoreLocked'; readonly place: string }
  | { readonly type: 'StoreUnavailable'; readonly place: string; readonly code: string }
  | { readonly type: 'DiskFull'; readonly place: string }
  | { readonly type: 'LogNewerVersion'; readonly place: string; readonly found: number; readonly known: number }
  | { readonly type: 'LogBroken'; readonly position: number; readonly expected: string; readonly found: string }
  | { readonly type: 'EventUnreadable'; readonly position: number; readonly eventType: string; readonly why: string }

/** What can go wrong with the files that hold this home's keys. */
export type KeystoreFault =
  | { readonly type: 'BindingMismatch'; readonly place: string }
  | { readonly type: 'HomeCopied'; readonly place: string; readonly original: string }
  | { readonly type: 'KeystoreMissing'; readonly place: string }
  | { readonly type: 'KeystoreDamaged'; readonly place: string }
  | { readonly type: 'HomeUnwritable'; readonly place: string; readonly code: string }
  | { readonly type: 'SealBroken' }

/** What can be wrong with a license document or a rights file. */
export type LicenseFault =
  | { readonly type: 'LicenseTooLarge'; readonly bytes: number; readonly limit: number }
  | { readonly type: 'LicenseMalformed'; readonly where: string; readonly expected: string; readonly found: string }
  | { readonly type: 'LicenseSignatureInvalid' }
  | { readonly type: 'LicenseIssuerUnknown'; readonly issuer: string }
  | { readonly type: 'LicenseVersionUnknown'; readonly version: string }
  | { readonly type: 'LicenseUnknown'; readonly lid: string }
  | { readonly type: 'KeyMismatch' }
  | { readonly type: 'EnvelopeDamaged'; readonly lid: string }

/** What can be wrong with a grant that is presented for a key. */
export type GrantFault =
  | { readonly type: 'GrantForged'; readonly what: string }
  | { readonly type: 'GrantUsed' }
  | { readonly type: 'GrantExpired' }
  | { readonly type: 'HandleStale' }
  | { readonly type: 'CounterRangeExhausted'; readonly keyId: string }

/** Everything that core reports as a value. Match on `type`. */
export type CoreFault =
  | StoreFault
  | KeystoreFault
  | LicenseFault
  | GrantFault
  | { readonly type: 'BadInput'; readonly where: string; readonly expected: string; readonly found: string }
