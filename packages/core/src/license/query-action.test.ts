import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import type { RequiredVersion, SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import { chooseLicense } from './choose-license'
import type { Circumstances, Delivery } from './evaluation'
import type { HeldLicense } from './held-license'
import { queryAction } from './query-action'
import { queryLicenseState } from './query-state'
import { DEVICE, heldLicense, TRUSTED } from './testing/held-license'
import { ACTIONS, anyHeldLicense, circumstances } from './testing/scene'

const RUNS = 300
const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const lid = (digit: number): string => `01890000-0000-7000-8000-00000000000${digit}`
const play = (members: object = {}, state: object = {}): HeldLicense => heldLicense({ rights: [{ action: 'Play' }], ...members }, state)
const counted = (members: object, uses = 0): HeldLicense =>
  play({ rights: [{ action: 'Play', windows: [{ count: 1 }] }], ...members }, { usage: new Map([['Play/0', uses]]) })
const asked = (licenses: ReadonlyArray<HeldLicense>, action = 'Play', more: Partial<Circumstances> & { minimumVersion?: RequiredVersion } = {}) =>
  queryAction(licenses, action, { ...TRUSTED, ...more })
const firstUsed = (...licenses: ReadonlyArray<HeldLicense>): string | undefined => asked(licenses).license?.lid

describe('query over the licenses of a key ID', () => {
  it('LI-6: has the bits of all reasons over all licenses, and the base bit', () => {
    const expired = play({ rights: [{ action: 'Play', windows: [{ until: '2026-01-01T00:00:00Z' }] }] })
    const none = play({ rights: [{ action: 'Copy' }] })
    const answer = asked([expired, none, counted({ lid: lid(2) }, 1)])
    expect(answer).toMatchObject({ allowed: false, bits: 0x1 | 0x4 | 0x8 | 0x10, license: null, evaluation: null })
    expect(answer.refusals.map(({ license }) => license?.lid)).toEqual([lid(1), lid(1), lid(2)])
    expect(asked([])).toMatchObject({ bits: 0x3, refusals: [{ reason: 'NoLicense', license: null }] })
  })

  it('LI-7: one license that allows is enough, whatever the others say', () => {
    expect(asked([play({ rights: [{ action: 'Copy' }], priority: 9 }), play({ lid: lid(2) })])).toMatchObject({
      allowed: true,
      bits: 0,
      refusals: [],
      license: { lid: lid(2) },
      evaluation: { type: 'Allowed' },
    })
  })

  it('LI-16, LI-17: takes the use from the highest priority that applies', () => {
    expect(firstUsed(counted({ lid: lid(1), priority: 1 }), counted({ lid: lid(2), priority: 2 }))).toBe(lid(2))
    expect(firstUsed(counted({ lid: lid(1), priority: 1 }), counted({ lid: lid(2), priority: 2 }, 1))).toBe(lid(1))
    expect(firstUsed(play({ lid: lid(1) }), play({ lid: lid(2), priority: 2147483647 }))).toBe(lid(2))
  })

  it('LI-18 (decision): of equal priorities the one issued earlier, then the smaller license id', () => {
    const early = '2025-12-31T23:59:59Z'
    expect(firstUsed(play({ lid: lid(1) }), play({ lid: lid(2), issued: early }))).toBe(lid(2))
    expect(firstUsed(play({ lid: lid(2), issued: early }), play({ lid: lid(1), issued: early }))).toBe(lid(1))
    const other = `B${'A'.repeat(42)}`
    expect(asked([play({ issuer: other }), play()]).license?.issuer).toBe('A'.repeat(43))
  })

  it('IN-6: the version that content demands is optional, and too low is bit 0x80', () => {
    const minimumVersion = '2.2' as RequiredVersion
    expect(asked([play()]).allowed).toBe(true)
    const refused = asked([play()], 'Play', { minimumVersion })
    expect(refused).toMatchObject({ allowed: false, bits: 0x81, refusals: [{ rule: 'IN-6', license: null }] })
    expect(asked([], 'Play', { minimumVersion }).bits).toBe(0x83)
    const device = { ...DEVICE, securityVersion: '2.2.0.1' as SecurityVersion }
    expect(asked([play()], 'Play', { minimumVersion, device }).allowed).toBe(true)
    expect(asked([play()], 'Play', { minimumVersion: 'newest' as RequiredVersion, device }).allowed).toBe(false)
  })

  it.each(['Sing', '', 'play', 'toString', '__proto__'])('R6: %j is no action', (action) => {
    expect(asked([play()], action)).toMatchObject({ allowed: false, bits: 0x5, refusals: [{ reason: 'ActionUnknown', rule: 'R6' }] })
  })

  it.each(['Print.redbook', 'Transfer.SDMI', 'Transfer.NONSDMI'])('LI-4: %s is granted by nothing any more', (action) => {
    expect(asked([play()], action)).toMatchObject({ bits: 0x5, refusals: [{ rule: 'LI-4' }] })
  })
})

describe('hint and use', () => {
  const burn = heldLicense({ rights: [{ action: 'PlaylistBurn' }], requires: { application: 1000 }, play: { compressedAudio: 200 } })
  const delivery: Delivery = { type: 'output', forms: { compressedAudio: 0 }, protections: [] }

  it('LI-8: a burn query ignores level and output, and a use does not', () => {
    expect(asked([burn], 'PlaylistBurn', { delivery }).allowed).toBe(true)
    expect(chooseLicense([burn], 'PlaylistBurn', { ...TRUSTED, delivery })).toMatchObject({
      left: [{ reason: 'ApplicationLevelTooLow' }, { reason: 'OutputLevelTooLow' }],
    })
  })

  it('LI-8, LI-15: without an output the answer for play is a hint, which says so', () => {
    const bound = play({ play: { analogVideo: 1 }, requires: { audioPath: 1 } })
    const device = { ...DEVICE, audioPath: 1 }
    expect(asked([bound], 'Play', { device }).evaluation).toMatchObject({ oplPresent: true, sapPresent: true })
    expect(asked([bound], 'Play', { device, delivery }).evaluation).toMatchObject({ oplPresent: true })
    expect(asked([play()]).evaluation).toMatchObject({ oplPresent: false, sapPresent: false })
  })

  it('LI-9: a query asks the application’s level for rendering only, the copy’s target for copying only', () => {
    const members = { rights: [{ action: 'Play' }, { action: 'Copy' }], requires: { application: 1000 } }
    expect(asked([heldLicense(members)], 'Copy').allowed).toBe(true)
    expect(asked([heldLicense(members)], 'Play').bits).toBe(0x41)
    const copy: Delivery = { type: 'copy', level: 0, target: SYSTEM, forms: { compressedVideo: 0 } }
    const bound = heldLicense({ rights: members.rights, play: { compressedVideo: 9 }, copy: { minimum: 9 } })
    expect(asked([bound], 'Play', { delivery: copy }).allowed).toBe(true)
    expect(asked([bound], 'Copy', { delivery: copy }).bits).toBe(0x101)
  })

  it('LI-32, LI-34: a use that states no output passes over licenses with levels', () => {
    const bound = play({ lid: lid(1), play: { analogVideo: 1 }, priority: 9 })
    expect(chooseLicense([bound, play({ lid: lid(2) })], 'Play', TRUSTED)).toMatchObject({
      right: { held: { license: { lid: lid(2) } } },
    })
    expect(chooseLicense([bound], 'Play', TRUSTED)).toMatchObject({ left: [{ rule: 'LI-33', license: { lid: lid(1) } }] })
  })

  it('LI-34: where levels do not fit the next license is asked, until there is none', () => {
    const high = play({ lid: lid(1), play: { compressedAudio: 300 }, priority: 9 })
    const low = play({ lid: lid(2), play: { compressedAudio: 200 }, priority: 8 })
    const weak: Delivery = { type: 'output', forms: { compressedAudio: 200 }, protections: [] }
    expect(chooseLicense([high, low], 'Play', { ...TRUSTED, delivery: weak })).toMatchObject({
      right: { held: { license: { lid: lid(2) } } },
    })
    expect(chooseLicense([high, low], 'Play', { ...TRUSTED, delivery })).toMatchObject({
      left: [{ license: { lid: lid(1) } }, { license: { lid: lid(2) } }],
    })
  })

  it('LI-35: old revocation information is named as such and not taken for a missing license', () => {
    expect(asked([play({ requires: { revocation: '7' } })])).toMatchObject({ bits: 0x1, refusals: [{ reason: 'RevocationTooOld' }] })
  })

  it('LI-35: the next license is asked past one that old revocation information forbids, and where none is left it is named', () => {
    const demanding = play({ lid: lid(1), requires: { revocation: '7' }, priority: 9 })
    const spent = counted({ lid: lid(3) }, 1)
    expect(chooseLicense([demanding, play({ lid: lid(2) })], 'Play', TRUSTED)).toMatchObject({
      right: { held: { license: { lid: lid(2) } } },
    })
    expect(chooseLicense([demanding, spent], 'Play', TRUSTED)).toMatchObject({
      left: [
        { reason: 'RevocationTooOld', license: { lid: lid(1) } },
        { reason: 'Exhausted', license: { lid: lid(3) } },
      ],
    })
    const device = { ...DEVICE, revocation: '7' }
    expect(chooseLicense([demanding, spent], 'Play', { ...TRUSTED, device })).toMatchObject({
      right: { held: { license: { lid: lid(1) } } },
    })
  })
})

describe('aggregation', () => {
  // A license is its issuer and its id: no vault holds two of one name.
  const named = { selector: ({ license }: HeldLicense) => `${license.issuer}/${license.lid}` }
  const licenses = fc.uniqueArray(anyHeldLicense, { maxLength: 4, ...named })
  const action = fc.constantFrom(...ACTIONS)

  it('P-11: 0 exactly when allowed, and some license allows; the base bit exactly when not', () => {
    fc.assert(
      fc.property(licenses, action, circumstances, (list, right, under) => {
        const { allowed, bits, license, evaluation, refusals } = queryAction(list, right, under)
        expect(bits === 0).toBe(allowed)
        expect((bits & 1) === 1).toBe(!allowed)
        expect(allowed).toBe(list.some((held) => queryAction([held], right, under).allowed))
        expect([license !== null, evaluation !== null, refusals.length === 0]).toEqual([allowed, allowed, allowed])
      }),
      { numRuns: runs(RUNS) }
    )
  })

  it('P-12: a license more never turns a "yes" into a "no"', () => {
    fc.assert(
      fc.property(licenses, anyHeldLicense, action, circumstances, (list, more, right, under) => {
        if (queryAction(list, right, under).allowed) expect(queryAction([more, ...list], right, under).allowed).toBe(true)
      }),
      { numRuns: runs(RUNS) }
    )
  })

  it('does not depend on the order of the licenses', () => {
    const orders = licenses.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })))
    fc.assert(
      fc.property(orders, action, circumstances, ([list, shuffled], right, under) => {
        expect(queryAction(shuffled, right, under)).toEqual(queryAction(list, right, under))
        expect(queryLicenseState(shuffled, right, under)).toEqual(queryLicenseState(list, right, under))
      }),
      { numRuns: runs(RUNS) }
    )
  })
})
