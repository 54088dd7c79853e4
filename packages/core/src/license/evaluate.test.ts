import fc from 'fast-check'

import type { IssuerId } from '../identity/issuer-id'
import type { SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import { chainCandidates } from './chain-candidates'
import { evaluate, evaluateUse } from './evaluate'
import type { Circumstances, Delivery, DeviceStatement, Evaluation } from './evaluation'
import type { HeldLicense } from './held-license'
import type { LicenseState } from './license-state'
import { queryAction } from './query-action'
import { queryResult } from './refusal'
import { DEVICE, heldLicense, micros, NOW, TRUSTED } from './testing/held-license'

const INDIVIDUALIZED: DeviceStatement = { epoch: 1, securityVersion: '2.10.0.1' as SecurityVersion }
const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const OTHER = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId
const ROOT_KEY = 'B'.repeat(21) + 'A'
const HOUR = 3600 * 1_000_000

const asked = (
  members: object,
  { action = 'Copy', state = {}, ...more }: { action?: string; state?: Partial<LicenseState> } & Partial<Circumstances> = {}
): Evaluation => evaluate(heldLicense(members, state), action, { ...TRUSTED, ...more })
const bitsOf = (evaluation: Evaluation): number =>
  evaluation.type === 'Allowed' ? 0 : queryResult(evaluation.refusals)
const reasonsOf = (evaluation: Evaluation): ReadonlyArray<string> =>
  evaluation.type === 'Allowed' ? [] : evaluation.refusals.map(({ rule, reason }) => `${rule} ${reason}`)
const windows = (...list: ReadonlyArray<object>): object => ({ rights: [{ action: 'Copy', windows: list }] })
const used = (uses: number, window = 0): Partial<LicenseState> => ({ usage: new Map([[`Copy/${window}`, uses]]) })

describe('evaluation of one license', () => {
  it('LI-1: allows what a right grants without conditions, and nothing else', () => {
    expect(asked({})).toMatchObject({ type: 'Allowed', takes: [{ window: null }], until: null, oplPresent: false })
    expect(asked({}, { action: 'Play' })).toMatchObject({ refusals: [{ reason: 'NoRight', rule: 'LI-1', bits: 0x5 }] })
  })

  it.each([
    [{ count: 2 }, 1, 0],
    [{ count: 2 }, 2, 0x9],
    [{ from: '2026-06-01T12:00:00Z' }, 0, 0],
    [{ from: '2026-06-01T12:00:01Z' }, 0, 0x21],
    [{ until: '2026-06-01T12:00:00Z' }, 0, 0],
    [{ until: '2026-06-01T11:59:59Z' }, 0, 0x11],
    [{ count: 1, from: '2026-05-01T00:00:00Z', until: '2026-07-01T00:00:00Z' }, 1, 0x9],
    [{ count: 1, from: '2026-05-01T00:00:00Z', until: '2026-05-02T00:00:00Z' }, 1, 0x19],
  ])('LI-12, LI-22 (dates inclusive by decision): %j used %i gives %i', (window, uses, bits) => {
    expect(bitsOf(asked(windows(window), { state: used(uses) }))).toBe(bits)
  })

  it('LI-12: the second of two windows counts for itself', () => {
    const past = { count: 1, from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' }
    const open = { count: 1, from: '2026-06-01T00:00:00Z', until: '2026-07-01T00:00:00Z' }
    expect(asked(windows(past, open), { state: used(1) })).toMatchObject({
      takes: [{ window: 1 }],
      until: micros('2026-07-01T00:00:00Z'),
    })
    expect(bitsOf(asked(windows(past, open), { state: used(1, 1) }))).toBe(0x19)
    expect(bitsOf(asked(windows(past, past)))).toBe(0x11)
  })

  it.each([
    ['absent', 'LI-1 NoLicense'],
    ['deleted', 'LI-1 NoLicense'],
    ['disabled', 'LI-21 LicenseDisabled'],
    ['revoked', 'LI-50 LicenseRevoked'],
    ['toString', 'R6 StandingUnknown'],
  ])('R6: a license that is %s allows nothing', (standing, reason) => {
    expect(reasonsOf(asked({}, { state: { standing: standing as 'held' } }))).toEqual([reason])
  })

  it('LI-45, decision: a license that is marked to be cleaned away is usable until then', () => {
    expect(asked({}, { state: { standing: 'marked' } }).type).toBe('Allowed')
  })
})

describe('demands on device and application', () => {
  it('IN-3: a stated version needs an individualized device', () => {
    const members = { requires: { security: '2.2' } }
    expect(asked(members)).toMatchObject({ refusals: [{ reason: 'IndividualizationRequired', rule: 'IN-3', bits: 0x81 }] })
    expect(asked(members, { device: INDIVIDUALIZED }).type).toBe('Allowed')
    expect(asked({ requires: { security: '2.11' } }, { device: INDIVIDUALIZED }).type).toBe('Refused')
  })

  it.each<[object, string, number, Partial<DeviceStatement>]>([
    [{ application: 1000 }, 'LI-23 ApplicationLevelTooLow', 0x41, { applicationLevel: 1000 }],
    [{ clock: true }, 'LI-6 ClockUntrusted', 0x401, { secureClock: true }],
    [{ metering: 'm' }, 'LI-6 MeteringUnsupported', 0x801, { metering: ['n', 'm'] }],
    [{ audioPath: 2 }, 'LI-15 AudioPathMissing', 0x1, { audioPath: 2 }],
    [{ revocation: '9' }, 'RV-6 RevocationTooOld', 0x1, { revocation: '10' }],
  ])('R6: %j without what it needs is %s', (requires, reason, bits, device) => {
    const evaluation = asked({ requires })
    expect(reasonsOf(evaluation)).toEqual([reason])
    expect(bitsOf(evaluation)).toBe(bits)
    expect(asked({ requires }, { device: { ...DEVICE, ...device } }).type).toBe('Allowed')
  })

  it('RV-3: revocation versions compare as numbers of 64 bits', () => {
    const requires = { revocation: '9007199254740993' }
    expect(asked({ requires }, { device: { ...DEVICE, revocation: '9007199254740992' } }).type).toBe('Refused')
    expect(asked({ requires }, { device: { ...DEVICE, revocation: '9007199254740993' } }).type).toBe('Allowed')
    expect(reasonsOf(asked({ requires }, { device: { ...DEVICE, revocation: 'newest' } }))).toEqual(['R6 RevocationTooOld'])
  })
})

describe('expiry in hours', () => {
  it('LI-20: starts with the first use of any right, and lasts to its last moment', () => {
    const members = { afterFirstUseHours: 2, rights: [{ action: 'Copy' }] }
    expect(asked(members)).toMatchObject({ type: 'Allowed', until: NOW + 2 * HOUR })
    expect(asked(members, { state: { firstUsedAt: NOW - 2 * HOUR } })).toMatchObject({ until: NOW })
    expect(reasonsOf(asked(members, { state: { firstUsedAt: NOW - 2 * HOUR - 1 } }))).toEqual(['LI-20 Expired'])
  })

  it('LI-20: or with storing', () => {
    const members = { afterStoreHours: 2, ...windows({ count: 1 }) }
    expect(asked(members, { state: { storedAt: NOW - 2 * HOUR } })).toMatchObject({ until: NOW })
    expect(bitsOf(asked(members, { state: { storedAt: NOW - 2 * HOUR - 1, ...used(1) } }))).toBe(0x19)
    expect(reasonsOf(asked(members, { state: { storedAt: null } }))).toEqual(['R6 StandingUnknown'])
  })
})

describe('a clock set back', () => {
  const setBack = (acceptedFor: IssuerId | null = null) => ({ clock: { type: 'set-back', acceptedFor } }) as const

  it.each([windows({ until: '2027-01-01T00:00:00Z' }), windows({ from: '2020-01-01T00:00:00Z' }), { afterFirstUseHours: 9 }])(
    'R13: refuses a right with a date or hours: %j',
    (members) => {
      const evaluation = asked(members, setBack())
      expect(reasonsOf(evaluation)).toEqual(['R13 ClockUntrusted'])
      expect(bitsOf(evaluation)).toBe(0x401)
      expect(asked(members, setBack('A'.repeat(43) as IssuerId)).type).toBe('Allowed')
      expect(asked(members, setBack(`B${'A'.repeat(42)}` as IssuerId)).type).toBe('Refused')
    }
  )

  it('R13: leaves a right without dates alone', () => {
    expect(asked(windows({ count: 1 }), setBack()).type).toBe('Allowed')
  })

  it.each([[{ clock: { type: 'unsure' } }], [{ now: Number.NaN }], [{ now: -1 }]])('R6: refuses %j', (circumstances) => {
    expect(reasonsOf(asked({}, circumstances as Partial<Circumstances>))).toEqual(['R6 ClockUntrusted'])
  })
})

describe('protection levels', () => {
  const output = (forms: object, protections: ReadonlyArray<SystemId> = []): { delivery: Delivery } => ({
    delivery: { type: 'output', forms, protections },
  })
  const copy = (level: number, forms: object = { compressedVideo: 9 }, target = SYSTEM): { delivery: Delivery } => ({
    delivery: { type: 'copy', level, target, forms },
  })

  it('LI-27: checks each form that is delivered, and no other', () => {
    const members = { play: { compressedVideo: 300, uncompressedAudio: 100 } }
    expect(asked(members, output({ compressedVideo: 300, analogVideo: 0 })).type).toBe('Allowed')
    expect(reasonsOf(asked(members, output({ compressedVideo: 299, uncompressedAudio: 99 })))).toEqual([
      'LI-27 OutputLevelTooLow',
      'LI-27 OutputLevelTooLow',
    ])
  })

  it.each(['compressedVideo', 'uncompressedVideo', 'analogVideo', 'compressedAudio', 'uncompressedAudio'])(
    'LI-26, LI-27: %s has a minimum of its own, which counts where data leaves in that form and nowhere else',
    (form) => {
      const members = { play: { [form]: 250 } }
      const others = { compressedVideo: 0, uncompressedVideo: 0, analogVideo: 0, compressedAudio: 0, uncompressedAudio: 0 }
      expect(reasonsOf(asked(members, output({ ...others, [form]: 249 })))).toEqual(['LI-27 OutputLevelTooLow'])
      expect(asked(members, output({ ...others, [form]: 250 })).type).toBe('Allowed')
      const { [form]: _, ...without } = others as Record<string, number>
      expect(asked(members, output(without)).type).toBe('Allowed')
    }
  )

  it('LI-26: the copy minimum is one for all forms, and counts for copies alone', () => {
    const members = { rights: [{ action: 'Copy' }, { action: 'Play' }], copy: { minimum: 200 } }
    expect(reasonsOf(asked(members, copy(199, { analogVideo: 900 })))).toEqual(['LI-29 CopyLevelTooLow'])
    expect(asked(members, copy(200, { analogVideo: 0 })).type).toBe('Allowed')
    expect(asked(members, { action: 'Play', ...output({ analogVideo: 0 }) }).type).toBe('Allowed')
  })

  it('EX-9 (inferred): what leaves decoded is held against the minima of uncompressed forms, and no others', () => {
    const members = { play: { compressedVideo: 900, uncompressedVideo: 300, compressedAudio: 900, uncompressedAudio: 100 } }
    expect(asked(members, copy(0, { uncompressedVideo: 300, uncompressedAudio: 100 })).type).toBe('Allowed')
    expect(reasonsOf(asked(members, copy(0, { uncompressedVideo: 299, uncompressedAudio: 99 })))).toEqual([
      'LI-27 OutputLevelTooLow',
      'LI-27 OutputLevelTooLow',
    ])
  })

  it('LI-36: needs the listed protections of what is delivered', () => {
    const members = { play: { video: [{ id: SYSTEM, config: '1' }] } }
    expect(reasonsOf(asked(members, output({ analogVideo: 1 })))).toEqual(['LI-36 OutputProtectionMissing'])
    expect(asked(members, output({ analogVideo: 1 }, [SYSTEM])).type).toBe('Allowed')
    expect(asked(members, output({ compressedAudio: 1 })).type).toBe('Allowed')
    const sound = { play: { audio: [{ id: SYSTEM, config: '1' }] } }
    expect(reasonsOf(asked(sound, output({ uncompressedAudio: 1 })))).toEqual(['LI-36 OutputProtectionMissing'])
    expect(asked(sound, output({ uncompressedAudio: 1 }, [SYSTEM])).type).toBe('Allowed')
    expect(asked(sound, output({ analogVideo: 1 })).type).toBe('Allowed')
  })

  it('LI-36: a copy engages no output protection, whatever its target is', () => {
    const members = { play: { video: [{ id: SYSTEM, config: '1' }] } }
    expect(reasonsOf(asked(members, copy(900, { compressedVideo: 900 }, SYSTEM)))).toEqual(['LI-36 OutputProtectionMissing'])
  })

  it('LI-31: tells a target that is too weak from one that is left out', () => {
    const members = { copy: { minimum: 200, includes: [OTHER], excludes: [] } }
    expect(bitsOf(asked(members, copy(199)))).toBe(0x101)
    expect(asked(members, copy(200)).type).toBe('Allowed')
    expect(asked(members, copy(0, { compressedVideo: 9 }, OTHER)).type).toBe('Allowed')
    expect(bitsOf(asked({ copy: { minimum: 0, excludes: [SYSTEM] } }, copy(900)))).toBe(0x201)
  })

  it('LI-15, LI-33: flags levels in a hint, and refuses a use that does not know its output', () => {
    const held = heldLicense({ play: { compressedVideo: 1 } })
    expect(evaluate(held, 'Copy', TRUSTED)).toMatchObject({ type: 'Allowed', oplPresent: true })
    expect(reasonsOf(evaluateUse(held, 'Copy', TRUSTED))).toEqual(['LI-33 OutputLevelsUnknown'])
    expect(evaluateUse(held, 'Copy', { ...TRUSTED, ...copy(0) }).type).toBe('Allowed')
    expect(reasonsOf(evaluateUse(held, 'Copy', { ...TRUSTED, ...copy(0, {}) }))).toEqual(['LI-33 OutputLevelsUnknown'])
  })

  it('LI-15: copy levels alone oblige whoever copies, and nobody else', () => {
    const held = heldLicense({ rights: [{ action: 'Copy' }, { action: 'Play' }], copy: { minimum: 1 } })
    expect(evaluate(held, 'Copy', TRUSTED)).toMatchObject({ type: 'Allowed', oplPresent: true })
    expect(evaluate(held, 'Play', TRUSTED)).toMatchObject({ type: 'Allowed', oplPresent: false })
    expect(reasonsOf(evaluateUse(held, 'Copy', TRUSTED))).toEqual(['LI-33 OutputLevelsUnknown'])
    expect(evaluateUse(held, 'Play', TRUSTED).type).toBe('Allowed')
  })

  it('LI-28: levels of zero restrict nothing', () => {
    const held = heldLicense({ play: { compressedVideo: 0, video: [] }, copy: { minimum: 0, includes: [], excludes: [] } })
    expect(evaluateUse(held, 'Copy', TRUSTED)).toMatchObject({ type: 'Allowed', oplPresent: false })
  })
})

describe('a chain', () => {
  const leaf = (members: object = {}, state: Partial<LicenseState> = {}): HeldLicense =>
    heldLicense({ ...members, chain: { role: 'leaf', uplink: ROOT_KEY, key: 'x' } }, state)
  const root = (members: object = {}, state: Partial<LicenseState> = {}): HeldLicense =>
    heldLicense(
      { ...members, keyId: ROOT_KEY, lid: '01890000-0000-7000-8000-0000000000ff', chain: { role: 'root' } },
      state
    )
  const chained = (above: HeldLicense, below = leaf()): Evaluation => evaluate({ ...below, root: above }, 'Copy', TRUSTED)

  it('LI-59: says that a link is missing', () => {
    expect(evaluate(leaf(), 'Copy', TRUSTED)).toMatchObject({ refusals: [{ reason: 'UplinkMissing', bits: 0x1001 }] })
    expect(chained(heldLicense({}))).toMatchObject({ refusals: [{ reason: 'UplinkMissing' }] })
    const another = heldLicense({ keyId: 'C'.repeat(21) + 'A', chain: { role: 'root' } })
    expect(chained(another)).toMatchObject({ refusals: [{ reason: 'UplinkMissing' }] })
    expect(chained(leaf())).toMatchObject({ refusals: [{ reason: 'ChainTooLong', bits: 0x1001 }] })
  })

  it('LI-57: needs the right in both links, and both in time', () => {
    const past = windows({ until: '2026-01-01T00:00:00Z' })
    expect(chained(root()).type).toBe('Allowed')
    expect(bitsOf(chained(root({ rights: [{ action: 'Play' }] })))).toBe(0x5)
    expect(bitsOf(chained(root(), leaf({ rights: [{ action: 'Play' }] })))).toBe(0x5)
    expect(bitsOf(chained(root(past)))).toBe(0x11)
    expect(bitsOf(chained(root(), leaf(past)))).toBe(0x11)
  })

  it('LI-58: takes one use of each link, the leaf first; the root alone when it is used alone', () => {
    const counted = windows({ count: 1 })
    expect(chained(root(counted), leaf(counted))).toMatchObject({
      takes: [{ keyId: '0'.repeat(32), window: 0 }, { lid: '01890000-0000-7000-8000-0000000000ff', window: 0 }],
    })
    expect(bitsOf(chained(root(counted, used(1)), leaf(counted)))).toBe(0x9)
    expect(evaluate(root(counted), 'Copy', TRUSTED)).toMatchObject({ takes: [{ window: 0 }] })
  })

  it('LI-58: restrictions of the root take the place of the leaf’s', () => {
    const delivery: Delivery = { type: 'copy', level: 100, target: SYSTEM, forms: { compressedVideo: 100 } }
    const below = leaf({ play: { compressedVideo: 500 } })
    const of = (above: HeldLicense): Evaluation => evaluate({ ...below, root: above }, 'Copy', { ...TRUSTED, delivery })
    expect(reasonsOf(of(root()))).toEqual(['LI-27 OutputLevelTooLow'])
    expect(of(root({ copy: { minimum: 100 } })).type).toBe('Allowed')
    expect(reasonsOf(of(root({ copy: { minimum: 101 } })))).toEqual(['LI-29 CopyLevelTooLow'])
  })

  it('LI-34: each root of a leaf is a candidate, by its priority', () => {
    const expired = root({ ...windows({ until: '2026-01-01T00:00:00Z' }), priority: 9 })
    const candidates = chainCandidates([leaf()], [root(), expired, heldLicense({})])
    expect(candidates.map((held) => held.root?.license.document.priority)).toEqual([9, undefined])
    expect(queryAction(candidates, 'Copy', TRUSTED).allowed).toBe(true)
    expect(chainCandidates([leaf()], [])).toEqual([leaf()])
  })
})

describe('a query over licenses', () => {
  it('P-11: bit 0 is set exactly when refused', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), (uses, count, clock) => {
        const answer = queryAction([heldLicense({ ...windows({ count }), requires: { clock } }, used(uses))], 'Copy', TRUSTED)
        expect(answer.allowed).toBe(uses < count && !clock)
        expect((answer.bits & 1) === 1).toBe(!answer.allowed)
        expect(answer.bits === 0).toBe(answer.allowed)
      })
    )
  })

  it('LI-6: no license is a reason of its own', () => {
    expect(queryAction([], 'Play', TRUSTED)).toMatchObject({ allowed: false, bits: 0x3, license: null })
  })
})
