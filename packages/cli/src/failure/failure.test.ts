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
  GrantForged: [{ type: 'GrantForged', what: 'a proxy' }, 1, 'a proxy'],
  GrantUsed: [{ type: 'GrantUsed' }, 1, 'used'],
  GrantExpired: [{ type: 'GrantExpired' }, 1, 'expired'],
  HandleStale: [{ type: 'HandleStale' }, 1, 'individualized'],
  CounterRangeExhausted: [{ type: 'CounterRangeExhausted', keyId: KEY_ID }, 1, KEY_ID],
  BadInput: [{ type: 'BadInput', where: 'key', expected: '16 bytes', found: '7 bytes' }, 3, 'key', '16 bytes', '7 bytes'],
}

const PIPELINE: Told<Exclude<PipelineFault, { readonly type: Defects }>> = {
  MalformedMedia: [{ type: 'MalformedMedia', format: 'asf', at: 12, expected: 'a', found: 'b' }, 3, 'at byte 12: expected a, found b'],
  UnsupportedMedia: [{ type: 'UnsupportedMedia', at: 12, what: 'codec x' }, 3, 'at byte 12', 'unsupported', 'codec x'],
  TruncatedMedia: [{ type: 'TruncatedMedia', format: 'asf', at: 12, expected: 'a' }, 3, 'at byte 12: expected a, found', 'truncated'],
  SourceFailed: [{ type: 'SourceFailed', place: '/in.asf', code: 'ENOENT' }, 4, '/in.asf', 'ENOENT'],
  SinkFailed: [{ type: 'SinkFailed', place: '/out.asf', code: 'ENOSPC' }, 4, '/out.asf', 'ENOSPC'],
  TargetExists: [{ type: 'TargetExists', place: '/out' }, 1, '/out', '--overwrite'],
  SampleTooLarge: [{ type: 'SampleTooLarge', at: 12, bytes: 900, limit: 800 }, 3, 'at byte 12: expected', '900', '800'],
  WrongState: [{ type: 'WrongState', expected: 'clear', found: 'content' }, 3, 'protected already'],
  SameKey: [{ type: 'SameKey' }, 1, 'same content key'],
  ProtectionFailed: [{ type: 'ProtectionFailed' }, 3, 'cannot be opened'],
  GrantRefused: [{ type: 'GrantRefused', fault: { type: 'GrantUsed' } }, 1, 'used'],
}

/** Faults that only a mistake in the program itself can bring. */
type Defects = 'PoolTooSmall' | 'HeldTooMany' | 'LeaseLost' | 'ForeignEmission' | 'Stalled' | 'PipelineRunning' | 'ForeignHandle'

const TRANSFER: Told<Exclude<TransferFault, CoreFault | PipelineFault>> = {
  SchemeUnsupported: [{ type: 'SchemeUnsupported', scheme: 'cocktail' }, 3, 'unsupported', 'cocktail'],
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
