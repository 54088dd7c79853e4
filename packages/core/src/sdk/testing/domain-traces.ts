import * as fc from 'fast-check'

import {
  BackupBegun,
  BackupCancelled,
  BackupEnded,
  BackupFailed,
  BackupProgress,
  BackupRestricted,
  SegmentBackedUp,
} from '../../backup/backup-event'
import { ConsentRecorded } from '../../consent/consent-event'
import type { StoredEvent } from '../../event/stored-event'
import type { IssuerId } from '../../identity/issuer-id'
import type { KeyId } from '../../identity/key-id'
import type { LicenseId } from '../../identity/license-id'
import type { RequiredVersion, SecurityVersion } from '../../identity/security-version'
import {
  IndividualizationCancelled,
  IndividualizationDeclined,
  IndividualizationFailed,
  IndividualizationGranted,
  IndividualizationInstalling,
  IndividualizationProgress,
  IndividualizationSucceeded,
  IndividualizationUnneeded,
} from '../../individualization/individualization-event'
import {
  IndividualizationNeeded,
  LicenseAlreadyHeld,
  LicenseRestored,
  LicenseRestoreRefused,
  RestoreBegun,
  RestoreCancelled,
  RestoreConnecting,
  RestoreDeclined,
  RestoreDisconnecting,
  RestoreEnded,
  RestoreEndedPartially,
  RestoreFailed,
  RestoreProgress,
} from '../../restore/restore-event'
import type { ProcessKind } from '../process'
import { event, named } from './viewed-event'

/** The events of one run, in an order that the processes may emit them in; the last is its end. */
export type DomainTrace = ReadonlyArray<StoredEvent>

const SET = { set: 'set-1' }
const RUN = { run: 'run-1' }
const OPERATION = { operation: 'operation-1' }
const VERSION = '2.4.0.1' as SecurityVersion

/** Page of the limit in these traces. */
export const LIMIT_URL = 'https://licenses.example/limit'

/** A key ID out of few, so that licenses share them. */
export const keyIdOf = (index: number): KeyId => index.toString(16).padStart(32, '0') as KeyId

const licenseOf = (index: number) => ({
  issuer: 'A'.repeat(43) as IssuerId,
  lid: `01890000-0000-7000-8000-${index.toString(16).padStart(12, '0')}` as LicenseId,
  keyId: keyIdOf(index % 4),
})

const faults = fc.constantFrom('StoreUnavailable', 'DiskFull', 'BackupExists', 'ServiceUnavailable', 'ReplyInvalid')

/** Runs of a backup. */
export const backupTraces: fc.Arbitrary<DomainTrace> = fc
  .record({
    restricted: fc.nat(6),
    licenses: fc.nat(5),
    begins: fc.boolean(),
    end: fc.constantFrom('ended', 'failed', 'cancelled'),
    fault: faults,
  })
  .map(({ restricted, licenses, begins, end, fault }) => {
    const failed = event(BackupFailed, { ...SET, fault })
    if (end === 'failed' && !begins) return [failed]
    const named = Array.from({ length: licenses }, (_, index) => licenseOf(index))
    const written = licenses === 0 ? [] : [event(SegmentBackedUp, { ...SET, segment: 'documents-00001.ndjson', licenses: named })]
    const ends = {
      ended: event(BackupEnded, { ...SET, licenses, restricted, manifest: 'A'.repeat(43) }),
      failed,
      cancelled: event(BackupCancelled, SET),
    }
    return [
      event(BackupBegun, { ...SET, licenses, restricted, overwrite: false }),
      ...Array.from({ length: restricted }, (_, index) => event(BackupRestricted, { ...SET, ...licenseOf(index) })),
      ...written,
      event(BackupProgress, { ...SET, written: licenses, licenses }),
      ends[end],
    ]
  })

const consent = (answer: 'given' | 'declined', kind: 'restore' | 'individualize'): StoredEvent =>
  event(ConsentRecorded, { ...OPERATION, kind, text: '1', textSha256: 'A'.repeat(43), answer, by: 'prompt' })

const restored = (index: number): StoredEvent =>
  event(LicenseRestored, { ...RUN, ...licenseOf(index), computers: 1, counts: false, statement: 'A'.repeat(43) })
const held = (index: number): StoredEvent =>
  event(LicenseAlreadyHeld, { ...RUN, ...licenseOf(index), computers: 1, statement: 'A'.repeat(43) })
const refused = (index: number, reason: string, url: string | null): StoredEvent =>
  event(LicenseRestoreRefused, { ...RUN, ...licenseOf(index), reason, rule: 'BR-30', url })

const session: DomainTrace = [
  event(RestoreConnecting, { ...RUN, set: 'set-1' }),
  event(RestoreDisconnecting, { ...RUN, session: 'session-1' }),
  event(RestoreBegun, { ...RUN, licenses: 4 }),
]

const VERDICTS = {
  restored,
  held,
  limit: (index: number) => refused(index, 'RestoreLimitReached', LIMIT_URL),
  needs: (index: number) => refused(index, 'StoreNeedsIndividualization', null),
  revoked: (index: number) => refused(index, 'LicenseRevoked', null),
}

/** Runs of a restore, with an individualization on the way or without, refused ones and broken ones included. */
export const restoreTraces: fc.Arbitrary<DomainTrace> = fc
  .record({
    verdicts: fc.array(fc.constantFrom(...(Object.keys(VERDICTS) as ReadonlyArray<keyof typeof VERDICTS>)), { maxLength: 6 }),
    nested: fc.boolean(),
    end: fc.constantFrom('whole', 'whole', 'whole', 'failed', 'cancelled', 'declined', 'unaccepted', 'never connected'),
    fault: faults,
  })
  .map(({ verdicts, nested, end, fault }): DomainTrace => {
    const failed = event(RestoreFailed, { ...RUN, fault, url: null })
    if (end === 'declined') return [consent('declined', 'restore'), event(RestoreDeclined, RUN)]
    if (end === 'never connected') return [failed]
    if (end === 'unaccepted') return [consent('given', 'restore'), ...session.slice(0, 1), failed]
    const judged = verdicts.map((verdict, index) => VERDICTS[verdict](index))
    const progress = event(RestoreProgress, { ...RUN, segment: '1', idem: '1', done: judged.length, licenses: 4 })
    const needed = verdicts.includes('needs') && !nested
    return [
      consent('given', 'restore'),
      ...session,
      ...judged,
      ...(needed ? [event(IndividualizationNeeded, { ...RUN, licenses: 1, version: '2.9' })] : []),
      progress,
      ...(nested ? [...individualized, ...session] : []),
      end === 'failed' ? failed : end === 'cancelled' ? event(RestoreCancelled, RUN) : endOf(verdicts),
    ]
  })

const endOf = (verdicts: ReadonlyArray<keyof typeof VERDICTS>): StoredEvent => {
  const here = verdicts.filter((verdict) => verdict === 'restored' || verdict === 'held').length
  const counts = { restored: here, held: 0, refused: verdicts.length - here }
  if (here === verdicts.length) return event(RestoreEnded, { ...RUN, ...counts })
  if (here > 0) return event(RestoreEndedPartially, { ...RUN, ...counts })
  const limit = verdicts.every((verdict) => verdict === 'limit')
  return event(RestoreFailed, limit
    ? { ...RUN, fault: 'RestoreLimitReached', url: LIMIT_URL }
    : { ...RUN, fault: 'NotAllStored', url: null })
}

const counters = (leaves: number) => ({ status: 0x10, http: 3, roundTrips: leaves + 1, read: leaves * 100, total: 400 })

const begun = named('IndividualizationBegun', { ...OPERATION, consent: 'c', forced: false, epoch: 1, installed: VERSION })
const granted = event(IndividualizationGranted, { ...OPERATION, epoch: 1, credential: 'x', package: 'y' })
const downloading = (leaves: number): StoredEvent =>
  event(IndividualizationProgress, { ...OPERATION, leaves, status: counters(leaves) })
const whole = { ...counters(4), http: 4 }
const installing = event(IndividualizationInstalling, { ...OPERATION, epoch: 1, status: { ...whole, status: 0x20 } })
const succeeded = event(IndividualizationSucceeded, { ...OPERATION, epoch: 1, securityVersion: VERSION, status: { ...whole, status: 2 } })

/** A run of an individualization that went well. */
export const individualized: DomainTrace = [
  consent('given', 'individualize'),
  begun,
  granted,
  ...[0, 1, 2, 3, 4].map(downloading),
  installing,
  succeeded,
]

/** Runs of an individualization. */
export const individualizationTraces: fc.Arbitrary<DomainTrace> = fc
  .record({
    reached: fc.nat({ max: individualized.length - 1 }),
    end: fc.constantFrom('succeeded', 'succeeded', 'failed', 'cancelled', 'declined', 'unneeded'),
    fault: faults,
  })
  .map(({ reached, end, fault }): DomainTrace => {
    const status = { ...counters(Math.max(0, Math.min(4, reached - 4))), status: 4 }
    if (end === 'succeeded') return individualized
    if (end === 'declined') return [consent('declined', 'individualize'), event(IndividualizationDeclined, OPERATION)]
    const [given] = individualized
    if (given === undefined) return []
    const newest = '2.4' as RequiredVersion
    if (end === 'unneeded') return [given, event(IndividualizationUnneeded, { ...OPERATION, installed: VERSION, newest })]
    const ended = end === 'failed'
      ? event(IndividualizationFailed, { ...OPERATION, fault, status })
      : event(IndividualizationCancelled, { ...OPERATION, status: { ...status, status: 8 } })
    return [...individualized.slice(0, reached), ended]
  })

const oneOf = (begin: ReadonlyArray<string>, ...ends: ReadonlyArray<StoredEvent>): fc.Arbitrary<DomainTrace> =>
  fc.constantFrom(...ends).map((end) => [...begin.map((type) => named(type)), end])

/** Runs of each kind of process. */
export const tracesOf: Readonly<Record<ProcessKind, fc.Arbitrary<DomainTrace>>> = {
  backup: backupTraces,
  restore: restoreTraces,
  individualization: individualizationTraces,
  revocation: oneOf(
    ['RevocationRefreshBegun'],
    named('RevocationRefreshEnded'),
    named('RevocationRefreshFailed', { fault: 'ServiceUnavailable' })
  ),
  acquisition: oneOf(
    ['AcquisitionBegun'],
    named('LicenseAcquired'),
    named('AcquisitionChallenged', { url: 'https://x.example', challenge: 'abc' }),
    named('AcquisitionRefused', { reason: 'IndividualizationRequired' }),
    named('AcquisitionFailed', { fault: 'ServiceUnavailable' }),
    named('AcquisitionCancelled')
  ),
  monitoring: oneOf(['AcquisitionBegun'], named('LicenseAcquired'), named('MonitorCancelled'), named('AcquisitionFailed')),
  cleaning: oneOf([], named('LicenseStoreCleaned', { removed: 2 })),
}
