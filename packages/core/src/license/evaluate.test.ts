import fc from 'fast-check'

import type { Action } from './action'
import { evaluate } from './evaluate'
import { usageKey, type DeviceStatement, type Evaluation } from './evaluation'
import { LicenseDocument } from './license-document'
import { queryResult } from './refusal'
import { timestampMicros, type Timestamp } from './timestamp'

const at = (text: string): number => timestampMicros(text as Timestamp)
const NOW = at('2026-06-01T12:00:00Z')
const DEVICE = { epoch: 0, securityVersion: '2.2.0.0' } as DeviceStatement
const INDIVIDUALIZED = { epoch: 1, securityVersion: '2.10.0.1' } as DeviceStatement

const documentOf = (members: object): LicenseDocument => {
  const value = {
    v: 1,
    lid: '01890000-0000-7000-8000-000000000001',
    issuer: 'A'.repeat(43),
    keyId: 'A'.repeat(22),
    issued: '2026-01-01T00:00:00Z',
    commit: 'A'.repeat(43),
    persist: 'permanent',
    rights: [{ action: 'Copy' }],
    ...members,
  }
  if (!LicenseDocument.is(value)) throw new Error('not a document')
  return value
}
const asked = (members: object, used = 0, action: Action = 'Copy', device = DEVICE): Evaluation =>
  evaluate(documentOf(members), new Map([[usageKey('Copy', 0), used]]), action, NOW, device)
const bitsOf = (evaluation: Evaluation): number =>
  evaluation.type === 'Allowed' ? 0 : queryResult(evaluation.refusals)
const windows = (...list: ReadonlyArray<object>): object => ({ rights: [{ action: 'Copy', windows: list }] })

describe('evaluation', () => {
  it('LI-1: allows what a right grants without conditions, and nothing else', () => {
    expect(asked({})).toEqual({ type: 'Allowed', window: null, until: null })
    expect(asked({}, 0, 'Play')).toMatchObject({ refusals: [{ reason: 'NoRight', rule: 'LI-1', bits: 0x5 }] })
  })

  it.each([
    [{ count: 2 }, 1, 0],
    [{ count: 2 }, 2, 0x9],
    [{ from: '2026-06-01T12:00:00Z' }, 0, 0],
    [{ from: '2026-06-01T12:00:01Z' }, 0, 0x21],
    [{ until: '2026-06-01T12:00:00Z' }, 0, 0],
    [{ until: '2026-06-01T11:59:59Z' }, 0, 0x11],
    [{ count: 1, from: '2026-05-01T00:00:00Z', until: '2026-07-01T00:00:00Z' }, 1, 0x9],
  ])('LI-12, LI-22 (dates inclusive by decision): %j used %i gives %i', (window, used, bits) => {
    expect(bitsOf(asked(windows(window), used))).toBe(bits)
  })

  it('LI-12: the second of two windows counts for itself', () => {
    const past = { count: 1, from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' }
    const open = { count: 1, from: '2026-06-01T00:00:00Z', until: '2026-07-01T00:00:00Z' }
    expect(asked(windows(past, open), 1)).toEqual({ type: 'Allowed', window: 1, until: at('2026-07-01T00:00:00Z') })
    expect(bitsOf(asked(windows(past, past), 0))).toBe(0x11)
  })

  it('IN-3: a stated version needs an individualized device', () => {
    const members = { requires: { security: '2.2' } }
    expect(asked(members)).toMatchObject({ refusals: [{ reason: 'IndividualizationRequired', rule: 'IN-3', bits: 0x81 }] })
    expect(asked(members, 0, 'Copy', INDIVIDUALIZED).type).toBe('Allowed')
    expect(asked({ requires: { security: '2.11' } }, 0, 'Copy', INDIVIDUALIZED).type).toBe('Refused')
  })

  it.each([
    [{ requires: { application: 1000 } }, 'ApplicationLevelTooLow', 0x41],
    [{ requires: { clock: true } }, 'ClockUntrusted', 0x401],
    [{ requires: { metering: 'm' } }, 'MeteringUnsupported', 0x801],
    [{ requires: { audioPath: 1 } }, 'ConditionUnsupported', 0x1],
    [{ requires: { revocation: '7' } }, 'RevocationTooOld', 0x1],
    [{ chain: { role: 'leaf', uplink: 'A'.repeat(22), key: 'x' } }, 'UplinkMissing', 0x1001],
    [{ afterFirstUseHours: 1 }, 'ConditionUnsupported', 0x1],
    [{ afterStoreHours: 1 }, 'ConditionUnsupported', 0x1],
    [{ clockSetBack: 'delete' }, 'ConditionUnsupported', 0x1],
    [{ play: { compressedVideo: 1 } }, 'ConditionUnsupported', 0x1],
    [{ copy: { minimum: 1 } }, 'ConditionUnsupported', 0x1],
    [{ copy: { minimum: 0, excludes: ['9a04f079-9840-4286-ab92-e65be0885f95'] } }, 'ConditionUnsupported', 0x1],
  ])('R6: refuses %j by name', (members, reason, bits) => {
    const evaluation = asked(members)
    expect(evaluation).toMatchObject({ type: 'Refused', refusals: [{ reason }] })
    expect(bitsOf(evaluation)).toBe(bits)
  })

  it('LI-28: levels of zero restrict nothing', () => {
    expect(asked({ play: { compressedVideo: 0, video: [] }, copy: { minimum: 0, includes: [], excludes: [] } }).type).toBe('Allowed')
  })

  it('P-11: bit 0 is set exactly when refused', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), (used, count, clock) => {
        const evaluation = asked({ ...windows({ count }), requires: { clock } }, used)
        expect(evaluation.type === 'Allowed').toBe(used < count && !clock)
        expect((bitsOf(evaluation) & 1) === 1).toBe(evaluation.type === 'Refused')
      })
    )
  })
})
