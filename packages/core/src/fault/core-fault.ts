/** What can go wrong at the event store. */
export type StoreFault =
  | { readonly type: 'RevisionConflict'; readonly stream: string; readonly expected: number; readonly actual: number }
  /** The rows under a key of a read model are not the expected ones. */
  | { readonly type: 'ModelConflict'; readonly model: string; readonly key: string }
  | { readonly type: 'StoreLocked'; readonly place: string }
  | { readonly type: 'StoreUnavailable'; readonly place: string; readonly code: string }
  | { readonly type: 'DiskFull'; readonly place: string }
  | { readonly type: 'LogNewerVersion'; readonly place: string; readonly found: number; readonly known: number }
  | { readonly type: 'LogBroken'; readonly position: number; readonly expected: string; readonly found: string }
  /** The log ends before a record that an anchor outside of it vouches for. */
  | { readonly type: 'LogTruncated'; readonly have: number; readonly anchored: number }
  /** A read model differs from what the log says it must hold. */
  | { readonly type: 'ModelBroken'; readonly model: string; readonly key: string; readonly id: string; readonly position: number }
  /** A value that is kept beside the log was changed: its check does not fit. */
  | { readonly type: 'StateBroken'; readonly table: string; readonly key: string }
  | { readonly type: 'EventUnreadable'; readonly position: number; readonly eventType: string; readonly why: string }

/** What can go wrong with the files that hold this home's keys. */
export type KeystoreFault =
  | { readonly type: 'BindingMismatch'; readonly place: string }
  /** A home with a passphrase, and nothing that gives one. */
  | { readonly type: 'PassphraseMissing'; readonly home: string }
  /** A wrong passphrase, or damage of the file that it opens: nobody can tell which. */
  | { readonly type: 'PassphraseWrong'; readonly place: string }
  /** A factor that this system does not have. */
  | { readonly type: 'FactorUnavailable'; readonly factor: string; readonly why: string }
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
  | { readonly type: 'LicenseExists'; readonly lid: string }
  | { readonly type: 'LicenseIssuerRevoked'; readonly issuer: string }
  /** Taken back by its issuer (LI-50), or over since the clock was set back (LI-21): its document does not come in again. */
  | { readonly type: 'LicenseRevoked'; readonly lid: string }
  /** A permanent license goes by a revocation or a deletion message only (LI-44). */
  | { readonly type: 'LicensePermanent'; readonly lid: string }
  /** Only a license of the temporary store that says so can be made permanent (LI-43). */
  | { readonly type: 'LicenseNotSavable'; readonly lid: string }
  /** Several issuers use the same license id; name the issuer too. */
  | { readonly type: 'LicenseAmbiguous'; readonly lid: string; readonly issuers: ReadonlyArray<string> }
  | { readonly type: 'ChainTooLong'; readonly keyId: string }
  | { readonly type: 'UplinkMissing'; readonly keyId: string }
  /** A deletion or revocation message that names nothing held here (LI-49). */
  | { readonly type: 'LicenseDeletionFailed'; readonly why: string }
  | { readonly type: 'KeyMismatch' }
  | { readonly type: 'EnvelopeDamaged'; readonly lid: string }

/** What can be wrong with a certificate or its chain. */
export type CertificateFault =
  | { readonly type: 'CertificateInvalid'; readonly where: string; readonly why: string }
  | { readonly type: 'CertificateExpired'; readonly serial: string; readonly until: string }
  | { readonly type: 'CertificateRevoked'; readonly thumbprint: string }
  | { readonly type: 'LevelInadequate'; readonly level: number; readonly least: number }

/** What can be wrong with revocation lists and information. */
export type RevocationFault =
  | { readonly type: 'RevocationMalformed'; readonly where: string; readonly expected: string; readonly found: string }
  /** A version lower than the stored one (RV-2, RV-13). */
  | { readonly type: 'RevocationRolledBack'; readonly kind: string; readonly stored: string; readonly found: string }
  /** The stored version with other content: an alarm, and nothing changes. */
  | { readonly type: 'RevocationForked'; readonly kind: string; readonly version: string }
  | { readonly type: 'RevocationStale'; readonly kind: string; readonly since: string | null }
  | { readonly type: 'RevocationTooOld'; readonly stored: string | null; readonly least: string }

/** What can be wrong with personal data in the log. */
export type SealedDataFault =
  /** The key of a subject was deleted at its wish. */
  { readonly type: 'Erased'; readonly subject: string }

/** What can be wrong with a grant that is presented for a key. */
export type GrantFault =
  | { readonly type: 'GrantForged'; readonly what: string }
  | { readonly type: 'GrantUsed' }
  | { readonly type: 'GrantExpired' }
  | { readonly type: 'HandleStale' }
  | { readonly type: 'CounterRangeExhausted'; readonly keyId: string }

/** What can be wrong with the session of a transfer. */
export type SessionFault =
  /** The grant has no session to open, or that of another license. */
  | { readonly type: 'SessionMissing'; readonly why: string }
  | { readonly type: 'SessionProfileRefused'; readonly profile: string; readonly why: string }
  /** A session that was opened here before. */
  | { readonly type: 'SessionReplayed'; readonly run: string }

/** What can be wrong with what is known of the authority. */
export type AuthorityFault =
  /** This home has met no authority: it was never individualized. */
  | { readonly type: 'AuthorityUnknown' }
  /** Signed by another root than the one that this home believes. */
  | { readonly type: 'AuthorityOther'; readonly pinned: string; readonly found: string }
  | { readonly type: 'TrustDocumentInvalid'; readonly why: string }
  | { readonly type: 'TrustRolledBack'; readonly stored: number; readonly found: number }

/** What can go wrong with a consent that an operation rests on. */
export type ConsentFault =
  /** No answer is recorded for this operation, or it was for something else. */
  | { readonly type: 'ConsentMissing'; readonly kind: string }
  | { readonly type: 'ConsentDeclined'; readonly kind: string }

/** What can go wrong between a device and a service. */
export type ServiceFault =
  | { readonly type: 'ServiceUnavailable'; readonly service: string; readonly why: string }
  /** A rule of this computer forbids to ask services (IN-35). */
  | { readonly type: 'OnlineDisabled'; readonly place: string }
  /** Unsigned, signed by another key, for another request, or of a shape that is not known. */
  | { readonly type: 'ReplyInvalid'; readonly service: string; readonly why: string }
  | { readonly type: 'ReplyTooLarge'; readonly service: string; readonly limit: number }
  /** The service said no, signed. `reason` is one of the tags of docs/reference/protocols.md, section 11. */
  | {
      readonly type: 'ServiceRefused'
      readonly service: string
      readonly reason: string
      readonly text: string
      readonly url: string | null
    }

/** What can be wrong with a backup or with the place for it. */
export type BackupFault =
  | { readonly type: 'BackupExists'; readonly place: string }
  /** Another backup or restore runs on this home (BR-18). */
  | { readonly type: 'BackupBusy' }
  /** The set was made with a passphrase, and none is given. */
  | { readonly type: 'BackupGuarded'; readonly place: string }
  | { readonly type: 'BackupMissing'; readonly place: string }
  /** The manifest or a part is not what was written; `lids` names the licenses whose lines are damaged. */
  | {
      readonly type: 'BackupDamaged'
      readonly file: string
      readonly offset: number
      readonly why: string
      readonly lids: ReadonlyArray<string>
    }
  | { readonly type: 'BackupPointerDamaged'; readonly place: string; readonly sets: ReadonlyArray<string> }
  | { readonly type: 'BackupAmbiguous'; readonly place: string; readonly sets: ReadonlyArray<string> }
  | { readonly type: 'BackupNewerVersion'; readonly found: number; readonly known: number }
  | { readonly type: 'TargetUnwritable'; readonly place: string; readonly code: string }

/** What can go wrong with an individualization. */
export type IndividualizationFault =
  /** Another individualization runs on this home (IN-10). */
  | { readonly type: 'Individualizing' }
  /** The home has to be individualized first. */
  | { readonly type: 'NotIndividualized' }
  | { readonly type: 'CredentialInvalid'; readonly why: string }
  | { readonly type: 'PackageDescriptorInvalid'; readonly why: string }
  | { readonly type: 'PackageLeafInvalid'; readonly leaf: number }
  | { readonly type: 'PackageSignatureInvalid'; readonly part: string; readonly why: string }
  | { readonly type: 'InstallIncomplete'; readonly why: string }

/** What can go wrong with the acquisition of a license. */
export type AcquisitionFault =
  /** Another acquisition runs on this home (LI-65). */
  | { readonly type: 'Acquiring' }
  /** Neither the content nor the request says where licenses are (LI-62). */
  | { readonly type: 'LicenseUrlMissing' }

/** Everything that core reports as a value. Match on `type`. */
export type CoreFault =
  | StoreFault
  | KeystoreFault
  | LicenseFault
  | CertificateFault
  | RevocationFault
  | SealedDataFault
  | GrantFault
  | SessionFault
  | AuthorityFault
  | ConsentFault
  | ServiceFault
  | BackupFault
  | IndividualizationFault
  | AcquisitionFault
  | { readonly type: 'BadInput'; readonly where: string; readonly expected: string; readonly found: string }
