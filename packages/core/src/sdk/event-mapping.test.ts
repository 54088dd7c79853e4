import * as E from 'fp-ts/Either'
import * as fc from 'fast-check'

import { BACKUP_EVENTS } from '../backup/backup-event'
import { CONSENT_EVENTS } from '../consent/consent-event'
import { decodeEvent } from '../event/decode-event'
import { INDIVIDUALIZATION_EVENTS } from '../individualization/individualization-event'
import { RESTORE_EVENTS } from '../restore/restore-event'
import { EVENT_MAPPING, KIND } from './event-mapping'
import { FAULT_CODE, faultCode } from './fault-code'
import { HRESULT, isFailure, type HresultName } from './hresult'
import { MEDIA_EVENT } from './media-event'
import type { ProcessKind } from './process'
import { tracesOf } from './testing/domain-traces'
import { referenceSection, tableRows } from './testing/reference-tables'
import { WMT_STATUS } from './wmt-status'

const rowsOf = (kind: ProcessKind) => EVENT_MAPPING.filter((row) => row.kind === kind)

describe('the mapping of domain events', () => {
  it('has a row for every event of a backup, a restore and an individualization', () => {
    const without = (kind: ProcessKind, events: ReadonlyArray<{ readonly type: string }>) =>
      events.map(({ type }) => type).filter((type) => !rowsOf(kind).some((row) => row.type === type))
    // What a segment holds is told by the progress that follows.
    expect(without('backup', BACKUP_EVENTS)).toEqual(['SegmentBackedUp'])
    expect(without('restore', RESTORE_EVENTS)).toEqual([])
    // What the service granted is told by the download that follows.
    expect(without('individualization', INDIVIDUALIZATION_EVENTS)).toEqual(['IndividualizationGranted'])
  })

  it('has no row that an earlier one hides', () => {
    const keys = EVENT_MAPPING.map(({ kind, type, when }) => `${kind} ${type} ${when}`)
    expect(new Set(keys).size).toBe(keys.length)
    EVENT_MAPPING.forEach(({ kind, type, when }, index) => {
      const always = EVENT_MAPPING.findIndex((row) => row.kind === kind && row.type === type && row.when === 'always')
      expect([type, when === 'always' || index < always]).toEqual([type, true])
    })
  })

  it('ends each kind of operation as section 10.1 of the reference says', () => {
    const stated = new Map(tableRows(referenceSection('### 10.1')).map(([method = '', ...cells]) => [method, cells] as const))
    const shown = (kind: ProcessKind) => {
      const { progress, completed } = KIND[kind]
      return [String(MEDIA_EVENT[completed]), progress === null ? '—' : String(MEDIA_EVENT[progress])]
    }
    const methods: ReadonlyArray<readonly [ProcessKind, string]> = [
      ['acquisition', 'LicenseManagement.AcquireLicense'],
      ['monitoring', 'LicenseManagement.MonitorLicenseAcquisition'],
      ['backup', 'LicenseManagement.BackupLicenses'],
      ['restore', 'LicenseManagement.RestoreLicenses'],
      ['cleaning', 'LicenseManagement.CleanLicenseStore (ASYNC)'],
      ['individualization', 'Security.PerformSecurityUpdate (0x1, 0x4)'],
      ['revocation', 'Security.PerformSecurityUpdate (0x2)'],
    ]
    for (const [kind, method] of methods) {
      const [terminal = '', progress = ''] = stated.get(method) ?? []
      expect([method, ...shown(kind)]).toEqual([method, terminal.replace(' (I)', ''), progress])
    }
  })

  it('sends from the backup restorer the statuses that section 10.1 lists, and those of a failure', () => {
    const [, terminal = '', progress = ''] =
      tableRows(referenceSection('### 10.1')).find(([method]) => method === 'IWMLicenseBackup / Restore') ?? []
    const listed = [...progress.split(', '), ...(/WMT (\d+)/.exec(terminal)?.slice(1) ?? [])].map(Number)
    const sent = [...rowsOf('backup'), ...rowsOf('restore')].flatMap(({ wmt }) => (wmt === null ? [] : [WMT_STATUS[wmt]]))
    expect([...new Set(sent)].sort((x, y) => x - y)).toEqual([0, ...listed, 30].sort((x, y) => x - y))
  })

  it('EV-10: has a row for what stands for a fault and for a cancellation, of each kind', () => {
    for (const [kind, { failed, cancelled }] of Object.entries(KIND)) {
      const ends = rowsOf(kind as ProcessKind).filter(({ role }) => role === 'end').map(({ type }) => type)
      expect([kind, ends]).toEqual([kind, expect.arrayContaining([failed, cancelled])])
    }
  })
})

describe('the codes of faults', () => {
  const kinds = Object.keys(KIND) as ReadonlyArray<ProcessKind>

  it('all fail, so that no fault is taken for a success', () => {
    for (const kind of kinds) {
      for (const fault of [...Object.keys(FAULT_CODE), 'ServiceUnavailable', 'Unexpected', '', 'toString']) {
        expect([kind, fault, isFailure(HRESULT[faultCode(kind, fault)])]).toEqual([kind, fault, true])
      }
    }
  })

  it('are those that docs/reference/protocols.md, section 11, names', () => {
    const short: Readonly<Record<string, HresultName>> = {
      HARDWAREID_MISMATCH: 'NS_E_DRM_HARDWAREID_MISMATCH',
      BAD_REQUEST_ID: 'NS_E_BACKUP_RESTORE_BAD_REQUEST_ID',
    }
    const pairs = [...protocolErrors().matchAll(/`(\w+)` → ([A-Z_]+)/g)].map(([, tag = '', code = '']) => [tag, code] as const)
    expect(pairs.length).toBeGreaterThan(20)
    for (const [tag, code] of pairs.filter(([name]) => name !== 'ServiceUnavailable')) {
      expect([tag, FAULT_CODE[tag]]).toEqual([tag, short[code] ?? `NS_E_DRM_${code}`])
    }
    expect(faultCode('restore', 'ServiceUnavailable')).toBe('NS_E_DRM_RESTORE_SERVICE_UNAVAILABLE')
    expect(faultCode('individualization', 'ServiceUnavailable')).toBe('NS_E_DRM_INDIV_SERVICE_UNAVAILABLE')
  })
})

describe('the runs that these tests make up', () => {
  it.each([
    ['backup', [...BACKUP_EVENTS]],
    ['restore', [...RESTORE_EVENTS, ...CONSENT_EVENTS, ...INDIVIDUALIZATION_EVENTS]],
    ['individualization', [...INDIVIDUALIZATION_EVENTS, ...CONSENT_EVENTS]],
  ] as const)('of a %s have the shapes that the processes append', (kind, definitions) =>
    fc.assert(
      fc.property(tracesOf[kind], (trace) => {
        for (const event of trace) expect(decodeEvent([...definitions])(event)).toMatchObject(E.right({ type: event.type }))
      }),
      { numRuns: 30 }
    ))
})

const protocolErrors = (): string => referenceSection('## 11.', 'protocols.md')
