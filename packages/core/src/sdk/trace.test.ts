import * as fc from 'fast-check'

import { LicenseBackedUp } from '../backup/backup-event'
import { HRESULT, isDone, isFailure } from './hresult'
import type { ProcessKind } from './process'
import type { MediaEvent, WmtSignal } from './status-object'
import { individualized, keyIdOf, LIMIT_URL, tracesOf, type DomainTrace } from './testing/domain-traces'
import { GRAMMAR_A, GRAMMAR_B, wordsOfA, wordsOfB } from './testing/grammar'
import { named } from './testing/viewed-event'
import { sdkTrace } from './trace'

const KINDS = Object.keys(tracesOf) as ReadonlyArray<ProcessKind>
const WITH_PROGRESS = ['backup', 'restore', 'individualization'] as const

const statusesOf = (events: ReadonlyArray<MediaEvent>) => events.map(({ value }) => value?.getStatus())
const stagesOf = (signals: ReadonlyArray<WmtSignal>) =>
  signals.flatMap(({ value }) => (typeof value === 'object' && value !== null && 'enIndiStatus' in value ? [value] : []))
const licenseOf = (index: number) => ({ issuer: 'A', lid: 'x', keyId: keyIdOf(index) })
const restricted = (index: number) => named('BackupRestricted', licenseOf(index))

const session = ['RestoreConnecting', 'RestoreDisconnecting', 'RestoreBegun'].map((type) => named(type))
const restored = named('LicenseRestored', licenseOf(1))
const overLimit = named('LicenseRestoreRefused', { ...licenseOf(1), reason: 'RestoreLimitReached', url: LIMIT_URL })

describe('the grammars of the reference', () => {
  it.each(KINDS)('P-1, EV-5, BR-16: every run of a %s is told as one of them', (kind) =>
    fc.assert(
      fc.property(tracesOf[kind], (trace) => {
        const { a, b } = sdkTrace(kind)(trace)
        expect(wordsOfA(a)).toMatch(GRAMMAR_A[kind])
        const words = wordsOfB(b)
        expect(words).toMatch(kind in GRAMMAR_B ? GRAMMAR_B[kind as keyof typeof GRAMMAR_B] : /^Completed $/)
      })
    )
  )

  it.each(WITH_PROGRESS)('EV-5, EV-15: of a %s, whatever events come in whatever order until it is cancelled', (kind) =>
    fc.assert(
      fc.property(fc.array(fc.oneof(...Object.values(tracesOf)), { maxLength: 3 }), fc.infiniteStream(fc.nat()), (traces, order) => {
        const events = traces.flat()
        const mixed = events.map((event) => ({ event, at: Number(order.next().value) })).sort((x, y) => x.at - y.at)
        const { a, b } = sdkTrace(kind)([...mixed.map(({ event }) => event), named(CANCELLED[kind])])
        expect(wordsOfA(a)).toMatch(GRAMMAR_A[kind])
        expect(wordsOfB(b)).toMatch(GRAMMAR_B[kind])
      })
    )
  )

  it('are told apart from what they are not', () => {
    expect('BEGIN END ERROR ').not.toMatch(GRAMMAR_A.backup)
    expect('BEGIN BEGIN END ').not.toMatch(GRAMMAR_A.backup)
    expect('CONNECTING END ').not.toMatch(GRAMMAR_A.restore)
    expect('CONNECTING DISCONNECTING BEGIN ERROR_WITHURL ').not.toMatch(GRAMMAR_A.restore)
    expect('BEGIN SUCCEED ').not.toMatch(GRAMMAR_A.individualization)
    expect('Completed Progress ').not.toMatch(GRAMMAR_B.backup)
    expect('Progress Completed Completed ').not.toMatch(GRAMMAR_B.restore)
    expect('').not.toMatch(GRAMMAR_B.individualization)
  })
})

const CANCELLED = {
  backup: 'BackupCancelled',
  restore: 'RestoreCancelled',
  individualization: 'IndividualizationCancelled',
} as const

describe('a backup', () => {
  it('BR-13: tells of a restricted key ID once, with the key ID', () => {
    const { a, b } = sdkTrace('backup')([named('BackupBegun'), restricted(1), restricted(2), restricted(1), named('BackupEnded')])
    expect(wordsOfA(a)).toBe('BEGIN RESTRICTED RESTRICTED END ')
    expect(a.slice(1, 3).map(({ type, value }) => [type, value])).toEqual([[1, keyIdOf(1)], [1, keyIdOf(2)]])
    expect(statusesOf(b).slice(1, 3)).toEqual([
      { eStatus: 7, bstrError: keyIdOf(1) },
      { eStatus: 7, bstrError: keyIdOf(2) },
    ])
  })

  it('EV-6: may have no progress at all', () => {
    const { b } = sdkTrace('backup')([named('BackupFailed', { fault: 'BackupExists' })])
    expect(b.slice(-1)).toEqual([{ type: 500, status: HRESULT.NS_E_DRM_BACKUP_EXISTS, value: null }])
    expect(sdkTrace('backup')([named('BackupCancelled')]).b).toHaveLength(1)
  })

  it('BR-15, BR-16: that fails has no END, and its last status fails', () => {
    const { a, b } = sdkTrace('backup')([named('BackupBegun'), named('BackupFailed', { fault: 'DiskFull' }), named('BackupEnded')])
    expect(wordsOfA(a)).toBe('BEGIN ERROR ')
    expect(a.at(-1)?.hr).toBe(HRESULT.NS_E_DRM_LICENSE_STORE_ERROR)
    expect(b.at(-1)).toEqual({ type: 500, status: HRESULT.NS_E_DRM_LICENSE_STORE_ERROR, value: null })
  })

  it('BR-20, P-3: that is cancelled ends with NS_E_DRM_OPERATION_CANCELED and no END', () => {
    const { a, b } = sdkTrace('backup')([named('BackupBegun'), named('BackupCancelled')])
    expect(a.map(({ status, hr }) => [status, hr])).toEqual([[21, 0], [0, HRESULT.NS_E_DRM_OPERATION_CANCELED]])
    expect(b.map(({ type, status }) => [type, status])).toEqual([[501, 0], [500, HRESULT.NS_E_DRM_OPERATION_CANCELED]])
  })

  it('EV-14: says how each value is to be read: DWORD without one, STRING for a key ID', () => {
    const { a } = sdkTrace('backup')([named('BackupBegun'), restricted(1)])
    expect(a.map(({ type, value }) => [type, value])).toEqual([[0, null], [1, keyIdOf(1)]])
  })

  it('EV-15: passes over events of types and shapes that it does not know', () => {
    const { a, b } = sdkTrace('backup')([named('Foreseen'), named(LicenseBackedUp.type, 'no object'), named('BackupEnded', 7)])
    expect(wordsOfA(a)).toBe('BEGIN END ')
    expect(wordsOfB(b)).toBe('Progress Progress Completed ')
  })
})

describe('a restore', () => {
  const a = (...events: DomainTrace): string => wordsOfA(sdkTrace('restore')(events).a)

  it('holds DISCONNECTING and BEGIN back until the first license is here', () => {
    expect(a(...session)).toBe('CONNECTING ')
    expect(a(...session, overLimit)).toBe('CONNECTING ')
    expect(a(...session, restored)).toBe('CONNECTING DISCONNECTING BEGIN ')
    expect(a(...session, named('LicenseAlreadyHeld', licenseOf(1)))).toBe('CONNECTING DISCONNECTING BEGIN ')
    expect(a(...session, restored, restored, named('RestoreEnded'))).toBe('CONNECTING DISCONNECTING BEGIN END ')
    expect(a(...session, named('RestoreEnded'))).toBe('CONNECTING DISCONNECTING BEGIN END ')
  })

  it('that the limit refuses whole reads CONNECTING ERROR_WITHURL, with the URL as a string (BR-31)', () => {
    const failed = named('RestoreFailed', { fault: 'RestoreLimitReached', url: LIMIT_URL })
    const trace = sdkTrace('restore')([...session, overLimit, failed])
    expect(wordsOfA(trace.a)).toBe('CONNECTING ERROR_WITHURL ')
    expect(trace.a.at(-1)).toEqual({ status: 30, hr: HRESULT.NS_E_DRM_RESTORE_FRAUD, type: 1, value: LIMIT_URL })
    expect(statusesOf(trace.b).filter((status) => status !== undefined && 'eStatus' in status && status.eStatus === 6)).toEqual([
      { eStatus: 6, bstrError: LIMIT_URL },
      { eStatus: 6, bstrError: LIMIT_URL },
    ])
    expect(trace.b.at(-1)?.status).toBe(HRESULT.NS_E_DRM_RESTORE_FRAUD)
    expect(a(...session, restored, failed)).toBe('CONNECTING DISCONNECTING BEGIN ERROR ')
  })

  it('BR-33: of some licenses only is a failing status NS_E_DRM_STORE_NOTALLSTORED without END', () => {
    const trace = sdkTrace('restore')([...session, restored, overLimit, named('RestoreEndedPartially')])
    expect(wordsOfA(trace.a)).toBe('CONNECTING DISCONNECTING BEGIN ERROR ')
    expect([trace.a.at(-1)?.hr, trace.b.at(-1)?.status]).toEqual(Array(2).fill(HRESULT.NS_E_DRM_STORE_NOTALLSTORED))
  })

  it('BR-36: of licenses that need an individualization says status 8, for one license with NS_E_DRM_STORE_NEEDINDI', () => {
    const one = named('LicenseRestoreRefused', { ...licenseOf(1), reason: 'StoreNeedsIndividualization', url: null })
    const { b } = sdkTrace('restore')([one, named('IndividualizationNeeded')])
    expect(b.map(({ status }) => status)).toEqual([HRESULT.NS_E_DRM_STORE_NEEDINDI, HRESULT.NS_E_DRM_NEEDS_INDIVIDUALIZATION])
    expect(statusesOf(b)).toEqual([{ eStatus: 8, bstrError: keyIdOf(1) }, { eStatus: 8, bstrError: '' }])
  })

  it('says nothing of an individualization on its way, nor connects twice', () => {
    expect(a(...session, restored, ...individualized, ...session, restored, named('RestoreEnded'))).toBe(
      'CONNECTING DISCONNECTING BEGIN END '
    )
  })

  it('BR-41, EV-4: gives each progress event a status object of its own, and a new structure at each look', () => {
    const { b } = sdkTrace('restore')([...session, restored, named('RestoreProgress', { done: 1, licenses: 2 })])
    expect(statusesOf(b).map((status) => (status !== undefined && 'eStatus' in status ? status.eStatus : null))).toEqual([4, 5, 2, 1, 1])
    expect(statusesOf(b).at(-1)).toEqual({ eStatus: 1, bstrError: '1 of 2' })
    expect(new Set(b.map(({ value }) => value)).size).toBe(5)
    expect(b[0]?.value?.getStatus()).not.toBe(b[0]?.value?.getStatus())
  })
})

describe('an individualization', () => {
  it('IN-20, IN-21, IN-22: is many progress events, each with the snapshot of its moment, then exactly one Completed', () => {
    const { b } = sdkTrace('individualization')(individualized)
    expect(b.map(({ type }) => type)).toEqual([...Array(8).fill(513), 508])
    expect(statusesOf(b).map((status) => (status !== undefined && 'enIndiStatus' in status ? status.enIndiStatus : null))).toEqual([
      1, 0x10, 0x10, 0x10, 0x10, 0x10, 0x20, 2, null,
    ])
    const reads = statusesOf(b).flatMap((status) => (status !== undefined && 'dwHTTPReadProgress' in status ? [status] : []))
    expect(reads.map(({ dwHTTPReadProgress }) => dwHTTPReadProgress)).toEqual([0, 0, 100, 200, 300, 400, 400, 400])
  })

  it('IN-23, IN-24: bytes stay within those expected, and round trips never fall, through every end', () =>
    fc.assert(
      fc.property(tracesOf.individualization, (trace) => {
        const { a } = sdkTrace('individualization')(trace)
        let before = 0
        for (const { dwHTTPReadProgress, dwHTTPReadTotal, dwHTTPRequest } of stagesOf(a)) {
          expect(dwHTTPReadProgress).toBeLessThanOrEqual(dwHTTPReadTotal)
          expect(dwHTTPRequest).toBeGreaterThanOrEqual(before)
          before = dwHTTPRequest
        }
      })
    ))

  it('IN-23, IN-24: counters stay when the end has none of its own', () => {
    const [last] = stagesOf(sdkTrace('individualization')([...individualized.slice(0, 6), named('IndividualizationFailed', { fault: 'x' })]).a).slice(-1)
    expect(last).toMatchObject({ enIndiStatus: 4, dwHTTPRequest: 3, dwHTTPReadProgress: 200, dwHTTPReadTotal: 400, enHTTPStatus: 3 })
  })

  it('IN-8: that is not needed ends with NS_E_DRM_ALREADY_INITIALIZED as the status of its Completed', () => {
    const { a, b } = sdkTrace('individualization')([named('IndividualizationUnneeded')])
    expect(b.at(-1)).toEqual({ type: 508, status: HRESULT.NS_E_DRM_ALREADY_INITIALIZED, value: null })
    expect(a.map(({ status, hr }) => [status, hr])).toEqual([[24, HRESULT.NS_E_DRM_ALREADY_INITIALIZED]])
  })

  it('IN-27: that succeeded is followed by WMT_NO_RIGHTS_EX, as no license came of it; no other end is', () => {
    const { a } = sdkTrace('individualization')(individualized)
    expect(a.at(-1)).toMatchObject({ status: 26, hr: 0, type: 2, value: { hr: HRESULT.NS_E_LICENSE_REQUIRED } })
    for (const end of ['Failed', 'Cancelled', 'Declined', 'Unneeded']) {
      const other = sdkTrace('individualization')([...individualized.slice(0, 3), named(`Individualization${end}`)])
      expect(other.a.map(({ status }) => status)).not.toContain(26)
    }
  })

  it('IN-30: that was cancelled says INDI_CANCEL', () => {
    const { a } = sdkTrace('individualization')([...individualized.slice(0, 3), named('IndividualizationCancelled')])
    expect(stagesOf(a).at(-1)).toMatchObject({ enIndiStatus: 8, hr: HRESULT.NS_E_DRM_OPERATION_CANCELED })
  })

  it('IN-32: ends well with NS_S_DRM_INDIVIDUALIZED', () => {
    const { a, b } = sdkTrace('individualization')(individualized)
    expect(b.at(-1)?.status).toBe(HRESULT.NS_S_DRM_INDIVIDUALIZED)
    expect(stagesOf(a).at(-1)?.hr).toBe(HRESULT.NS_S_DRM_INDIVIDUALIZED)
  })

  it('P-8: that was declined has no beginning', () => {
    const { a } = sdkTrace('individualization')([named('IndividualizationDeclined')])
    expect(wordsOfA(a)).toBe('CANCEL ')
  })
})

describe('the other operations', () => {
  it('LI-64, EV-17: a cancelled acquisition has success severity and is not done', () => {
    const ends = [
      ['acquisition', 'AcquisitionCancelled', 'NS_S_DRM_ACQUIRE_CANCELLED', false],
      ['monitoring', 'MonitorCancelled', 'NS_S_DRM_MONITOR_CANCELLED', false],
      ['acquisition', 'LicenseAcquired', 'NS_S_DRM_LICENSE_ACQUIRED', true],
      ['monitoring', 'LicenseAcquired', 'NS_S_DRM_LICENSE_ACQUIRED', true],
    ] as const
    for (const [kind, type, code, done] of ends) {
      const { a, b } = sdkTrace(kind)([named(type)])
      expect(a.map(({ status, hr }) => [status, hr])).toEqual([[23, HRESULT[code]]])
      expect(b).toEqual([{ type: 506, status: HRESULT[code], value: null }])
      expect([isFailure(HRESULT[code]), isDone(HRESULT[code])]).toEqual([false, done])
    }
  })

  it('EV-3: only progress events carry status objects, and the end of a non-silent acquisition', () => {
    for (const kind of KINDS) {
      fc.assert(
        fc.property(tracesOf[kind], (trace) => {
          for (const { type, value } of sdkTrace(kind)(trace).b) {
            const challenged = type === 506 && trace.at(-1)?.type === 'AcquisitionChallenged'
            expect([type, value !== null]).toEqual([type, challenged || [501, 503, 513].includes(type)])
          }
        }),
        { numRuns: 20 }
      )
    }
  })

  it('a revocation refresh ends with 516 and a cleaning with 515, and neither has progress', () => {
    expect(sdkTrace('revocation')([named('RevocationRefreshBegun'), named('RevocationRefreshEnded')])).toEqual({
      a: [],
      b: [{ type: 516, status: 0, value: null }],
    })
    expect(sdkTrace('cleaning')([named('LicenseStoreCleaned')]).b).toEqual([{ type: 515, status: 0, value: null }])
  })
})
