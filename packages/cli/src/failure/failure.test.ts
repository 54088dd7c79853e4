import type { TransferFault } from '@custody/adapters/transfer'
import type { CoreFault } from '@custody/core/fault'
import type { KeyId } from '@custody/core/identity'
import type { PipelineFault } from '@custody/pipeline/fault'

import type { ExitCode } from './exit-code'
import { transferFailure } from './transfer-failure'

/** One fault of a tag, the exit code of the contract, and what the line has to name: place and reason. */
type Told<F extends { readonly type: string }> = {
  readonly [T in F['type']]: readonly [Extract<F, { readonly type: T }>, ExitCode, ...string[]]
}

const KEY_ID = 'ab'.repeat(16) as KeyId

const CORE: Told<CoreFault> = {
  RevisionConflict: [{ type: 'RevisionConflict', stream: 'license-x', expected: 1, actual: 2 }, 4, 'license-x'],
  StoreLocked: [{ type: 'StoreLocked', place: '/h/events.db' }, 4, '/h/events.db', 'locked'],
  StoreUnavailable: [{ type: 'StoreUnavailable', place: '/h/events.db', code: 'SQLITE_IOERR' }, 4, '/h/events.db', 'SQLITE_IOERR'],
  DiskFull: [{ type: 'DiskFull', place: '/h/events.db' }, 4, '/h/events.db', 'space'],
  LogNewerVersion: [{ type: 'LogNewerVersion', place: '/h/events.db', found: 9, known: 1 }, 3, '/h/events.db', '9', '1'],
  LogBroken: [{ type: 'LogBroken', position: 7, expected: 'hash a', found: 'hash b' }, 3, '7', 'hash a', 'hash b'],
  EventUnreadable: [{ type: 'EventUnreadable', position: 7, eventType: 'UseReserved', why: 'not JSON' }, 3, '7', 'UseReserved', 'not JSON'],
  BindingMismatch: [{ type: 'BindingMismatch', place: '/h/keystore/master.jwe' }, 1, '/h/keystore/master.jwe', 'IN-18', 'individualize'],
  PassphraseMissing: [{ type: 'PassphraseMissing', home: 'h' }, 1, 'passphrase', 'CUSTODY_PASSPHRASE_FILE'],
  PassphraseWrong: [{ type: 'PassphraseWrong', place: '/h/keystore/master.jwe' }, 1, '/h/keystore/master.jwe', 'passphrase', 'damaged'],
  FactorUnavailable: [{ type: 'FactorUnavailable', factor: 'os-installation', why: 'ENOENT' }, 1, 'os-installation', 'ENOENT', 'individualize'],
  HomeCopied: [{ type: 'HomeCopied', place: '/copy', original: '/h' }, 1, '/copy', '/h', 'IN-18', 'individualize'],
  KeystoreMissing: [{ type: 'KeystoreMissing', place: '/h/keystore' }, 1, '/h/keystore', 'missing'],
  KeystoreDamaged: [{ type: 'KeystoreDamaged', place: '/h/keystore/log.jwe' }, 3, '/h/keystore/log.jwe', 'damaged'],
  HomeUnwritable: [{ type: 'HomeUnwritable', place: '/h', code: 'EROFS' }, 4, '/h', 'EROFS'],
  SealBroken: [{ type: 'SealBroken' }, 3, 'damaged'],
  LicenseTooLarge: [{ type: 'LicenseTooLarge', bytes: 99_999, limit: 16_384 }, 3, '99999', '16384'],
  LicenseMalformed: [{ type: 'LicenseMalformed', where: '/rights/0', expected: 'a right', found: 'x' }, 3, '/rights/0', 'a right', 'x'],
  LicenseSignatureInvalid: [{ type: 'LicenseSignatureInvalid' }, 3, 'signature'],
  LicenseIssuerUnknown: [{ type: 'LicenseIssuerUnknown', issuer: 'someone' }, 1, 'someone'],
  LicenseVersionUnknown: [{ type: 'LicenseVersionUnknown', version: '2' }, 3, 'unsupported', '2'],
  LicenseUnknown: [{ type: 'LicenseUnknown', lid: 'lid-1' }, 1, 'lid-1'],
  KeyMismatch: [{ type: 'KeyMismatch' }, 3, 'IM-10'],
  EnvelopeDamaged: [{ type: 'EnvelopeDamaged', lid: 'lid-1' }, 3, 'lid-1'],
  AuthorityUnknown: [{ type: 'AuthorityUnknown' }, 1, 'individualize'],
  AuthorityOther: [{ type: 'AuthorityOther', pinned: 'mine', found: 'theirs' }, 1, 'mine', 'theirs'],
  TrustDocumentInvalid: [{ type: 'TrustDocumentInvalid', why: 'signature' }, 3, 'signature'],
  TrustRolledBack: [{ type: 'TrustRolledBack', stored: 8, found: 7 }, 1, '8', '7'],
  ConsentMissing: [{ type: 'ConsentMissing', kind: 'restore' }, 1, 'restore', 'BR-34'],
  ConsentDeclined: [{ type: 'ConsentDeclined', kind: 'individualize' }, 1, 'individualize', 'IN-13'],
  ServiceUnavailable: [{ type: 'ServiceUnavailable', service: 'management', why: 'ECONNREFUSED' }, 4, 'management', 'ECONNREFUSED', 'try again'],
  OnlineDisabled: [{ type: 'OnlineDisabled', place: 'https://a.example' }, 1, 'https://a.example', 'IN-35'],
  ReplyInvalid: [{ type: 'ReplyInvalid', service: 'management', why: 'signature' }, 4, 'management', 'signature'],
  ReplyTooLarge: [{ type: 'ReplyTooLarge', service: 'management', limit: 4096 }, 4, 'management', '4096'],
  ServiceRefused: [
    { type: 'ServiceRefused', service: 'management', reason: 'ForeignBackup', text: 'not mine', url: 'https://a.example' },
    1,
    'management',
    'ForeignBackup',
    'not mine',
    'https://a.example',
  ],
  BackupExists: [{ type: 'BackupExists', place: '/b' }, 1, '/b', 'BR-7'],
  BackupBusy: [{ type: 'BackupBusy' }, 1, 'BR-18'],
  BackupGuarded: [{ type: 'BackupGuarded', place: '/b' }, 1, '/b', '--guard'],
  BackupMissing: [{ type: 'BackupMissing', place: '/b' }, 3, '/b', 'BR-39'],
  BackupDamaged: [{ type: 'BackupDamaged', file: 'CURRENT', offset: 3, why: 'digest', lids: ['lid-1'] }, 3, 'CURRENT', '3', 'lid-1'],
  BackupPointerDamaged: [{ type: 'BackupPointerDamaged', place: '/b', sets: ['set-1'] }, 3, '/b', 'set-1', '--salvage'],
  BackupAmbiguous: [{ type: 'BackupAmbiguous', place: '/b', sets: ['set-1', 'set-2'] }, 3, '/b', 'set-1', 'set-2'],
  BackupNewerVersion: [{ type: 'BackupNewerVersion', found: 9, known: 1 }, 3, 'unsupported', '9', '1'],
  TargetUnwritable: [{ type: 'TargetUnwritable', place: '/b', code: 'EROFS' }, 4, '/b', 'EROFS'],
  Individualizing: [{ type: 'Individualizing' }, 1, 'IN-10'],
  NotIndividualized: [{ type: 'NotIndividualized' }, 1, 'IN-3'],
  CredentialInvalid: [{ type: 'CredentialInvalid', why: 'expired' }, 3, 'expired'],
  PackageDescriptorInvalid: [{ type: 'PackageDescriptorInvalid', why: 'signature' }, 3, 'signature'],
  PackageLeafInvalid: [{ type: 'PackageLeafInvalid', leaf: 7 }, 4, '7'],
  PackageSignatureInvalid: [{ type: 'PackageSignatureInvalid', part: 'policy', why: 'signature' }, 3, 'policy'],
  InstallIncomplete: [{ type: 'InstallIncomplete', why: 'ENOSPC' }, 4, 'ENOSPC', 'IN-31'],
  Acquiring: [{ type: 'Acquiring' }, 1, 'LI-65'],
  LicenseUrlMissing: [{ type: 'LicenseUrlMissing' }, 3, 'LI-62'],
  GrantForged: [{ type: 'GrantForged', what: 'a proxy' }, 1, 'a proxy'],
  GrantUsed: [{ type: 'GrantUsed' }, 1, 'used'],
  GrantExpired: [{ type: 'GrantExpired' }, 1, 'expired'],
  HandleStale: [{ type: 'HandleStale' }, 1, 'individualized'],
  SessionMissing: [{ type: 'SessionMissing', why: 'the grant covers none' }, 1, 'the grant covers none'],
  SessionProfileRefused: [{ type: 'SessionProfileRefused', profile: 'session-rc4', why: 'not configured' }, 1, 'session-rc4', 'not configured'],
  SessionReplayed: [{ type: 'SessionReplayed', run: KEY_ID }, 1, KEY_ID, 'new one'],
  CounterRangeExhausted: [{ type: 'CounterRangeExhausted', keyId: KEY_ID }, 1, KEY_ID],
  ModelConflict: [{ type: 'ModelConflict', model: 'license', key: 'all' }, 4, 'license', 'all'],
  LogTruncated: [{ type: 'LogTruncated', have: 7, anchored: 9 }, 3, '7', '9'],
  ModelBroken: [{ type: 'ModelBroken', model: 'license', key: 'all', id: 'x', position: 7 }, 3, 'license', 'all', 'x', '7'],
  StateBroken: [{ type: 'StateBroken', table: 'state', key: 'license/x' }, 3, 'state', 'license/x'],
  LicenseExists: [{ type: 'LicenseExists', lid: 'lid-1' }, 1, 'lid-1'],
  LicenseIssuerRevoked: [{ type: 'LicenseIssuerRevoked', issuer: 'someone' }, 1, 'someone'],
  LicenseRevoked: [{ type: 'LicenseRevoked', lid: 'lid-1' }, 1, 'lid-1'],
  LicensePermanent: [{ type: 'LicensePermanent', lid: 'lid-1' }, 1, 'lid-1', 'LI-44', '--force'],
  LicenseNotSavable: [{ type: 'LicenseNotSavable', lid: 'lid-1' }, 1, 'lid-1', 'LI-43'],
  LicenseAmbiguous: [{ type: 'LicenseAmbiguous', lid: 'lid-1', issuers: ['a', 'b'] }, 1, 'lid-1', 'a, b'],
  ChainTooLong: [{ type: 'ChainTooLong', keyId: KEY_ID }, 1, KEY_ID, 'LI-59'],
  UplinkMissing: [{ type: 'UplinkMissing', keyId: KEY_ID }, 1, KEY_ID, 'LI-59'],
  LicenseDeletionFailed: [{ type: 'LicenseDeletionFailed', why: 'no such license' }, 1, 'no such license', 'LI-49'],
  CertificateInvalid: [{ type: 'CertificateInvalid', where: 'chain 0', why: 'signed by another key' }, 3, 'chain 0', 'another key'],
  CertificateExpired: [{ type: 'CertificateExpired', serial: 's-1', until: '2026-01-01T00:00:00Z' }, 1, 's-1', '2026-01-01'],
  CertificateRevoked: [{ type: 'CertificateRevoked', thumbprint: 'print' }, 1, 'print'],
  LevelInadequate: [{ type: 'LevelInadequate', level: 150, least: 2000 }, 1, '150', '2000'],
  RevocationMalformed: [{ type: 'RevocationMalformed', where: '/v', expected: '1', found: '2' }, 3, '/v', '1', '2'],
  RevocationRolledBack: [{ type: 'RevocationRolledBack', kind: 'app', stored: '9', found: '8' }, 1, 'app', '9', '8'],
  RevocationForked: [{ type: 'RevocationForked', kind: 'app', version: '9' }, 1, 'app', '9'],
  RevocationStale: [{ type: 'RevocationStale', kind: 'app', since: '2026-01-01T00:00:00Z' }, 1, 'app', '2026-01-01'],
  RevocationTooOld: [{ type: 'RevocationTooOld', stored: '1', least: '2' }, 1, '1', '2', 'RV-6'],
  Erased: [{ type: 'Erased', subject: 'key-1' }, 1, 'key-1'],
  BadInput: [{ type: 'BadInput', where: 'key', expected: '16 bytes', found: '7 bytes' }, 3, 'key', '16 bytes', '7 bytes'],
}

const PIPELINE: Told<Exclude<PipelineFault, { readonly type: Defects }>> = {
  MalformedMedia: [{ type: 'MalformedMedia', format: 'asf', at: 12, expected: 'a', found: 'b' }, 3, 'at byte 12: expected a, found b'],
  UnsupportedMedia: [{ type: 'UnsupportedMedia', at: 12, what: 'codec x' }, 3, 'at byte 12', 'unsupported', 'codec x'],
  TruncatedMedia: [{ type: 'TruncatedMedia', format: 'asf', at: 12, expected: 'a' }, 3, 'at byte 12: expected a, found', 'truncated'],
  SampleInfoMissing: [{ type: 'SampleInfoMissing', at: 12, track: 7 }, 3, 'at byte 12: expected initialization vectors', 'track 7', 'found none'],
  SourceFailed: [{ type: 'SourceFailed', place: '/in.asf', code: 'ENOENT' }, 4, '/in.asf', 'ENOENT'],
  SinkFailed: [{ type: 'SinkFailed', place: '/out.asf', code: 'ENOSPC' }, 4, '/out.asf', 'ENOSPC'],
  TargetExists: [{ type: 'TargetExists', place: '/out' }, 1, '/out', '--overwrite'],
  SampleTooLarge: [{ type: 'SampleTooLarge', at: 12, bytes: 900, limit: 800 }, 3, 'at byte 12: expected', '900', '800'],
  WrongState: [{ type: 'WrongState', expected: 'clear', found: 'content' }, 3, 'protected already'],
  SameKey: [{ type: 'SameKey' }, 1, 'same content key'],
  ProtectionFailed: [{ type: 'ProtectionFailed' }, 3, 'cannot be opened'],
  GrantRefused: [{ type: 'GrantRefused', fault: { type: 'GrantUsed' } }, 1, 'used'],
  FrameInvalid: [{ type: 'FrameInvalid', track: 2, salt: '7' }, 3, 'track 2', 'salt 7'],
  SaltNotRising: [{ type: 'SaltNotRising', salt: '7', last: '9' }, 3, 'IM-20', '7', '9'],
  SaltExhausted: [{ type: 'SaltExhausted', run: KEY_ID }, 1, 'IM-22', KEY_ID],
  VerificationFailed: [
    { type: 'VerificationFailed', track: 2, sample: 7, expected: 'cenc', found: 'none' },
    3,
    'sample 7 of track 2',
    'cenc',
    'none',
  ],
}

/** Faults that only a mistake in the program itself can bring. */
type Defects =
  | 'PoolTooSmall'
  | 'HeldTooMany'
  | 'LeaseLost'
  | 'ForeignEmission'
  | 'OutOfOrder'
  | 'BatchShared'
  | 'EndedEarly'
  | 'Stalled'
  | 'PipelineRunning'
  | 'ForeignHandle'

const TRANSFER: Told<Exclude<TransferFault, CoreFault | PipelineFault>> = {
  PairUnknown: [{ type: 'PairUnknown', system: 'clear-key', scheme: 'cbcs' }, 2, 'clear-key', 'cbcs'],
}

describe('what a failure says', () => {
  it.each(Object.entries({ ...CORE, ...PIPELINE, ...TRANSFER }))('%s', (_, [fault, exit, ...named]) => {
    const told = transferFailure(fault)
    expect(told.exit).toBe(exit)
    expect(told.lines).toHaveLength(1)
    for (const text of named) expect(told.lines[0]).toContain(text)
    expect(told.lines[0]).not.toMatch(/undefined|\[object|\n/)
  })
})
