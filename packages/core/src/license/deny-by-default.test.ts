import fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { runs } from '../../../../test/gate/runs'
import { evaluate } from './evaluate'
import type { Circumstances, Evaluation } from './evaluation'
import type { HeldLicense } from './held-license'
import { LicenseDocument } from './license-document'
import { heldLicense, licenseDocument, TRUSTED } from './testing/held-license'
import { anyScene, type Scene } from './testing/scene'

const RUNS = 500
const asked = ({ held, action, circumstances }: Scene): Evaluation => evaluate(held, action, circumstances)
const refusesByRule = (evaluation: Evaluation): boolean =>
  evaluation.type === 'Refused' && evaluation.refusals.length > 0 && evaluation.refusals.every(({ rule, text, bits }) => rule !== '' && text !== '' && (bits & 1) === 1)

/** A license whose document is put in place without the codec: as if a later version had accepted it. */
const holding = (document: object): HeldLicense => {
  const held = heldLicense()
  return { ...held, license: { ...held.license, document: document as LicenseDocument } }
}
const name = fc.string({ minLength: 1 }).filter((text) => !(text in licenseDocument()) && text !== '__proto__')

/** Every name that stands anywhere in a document. */
const KNOWN = new Set(
  [
    'priority sourceId afterFirstUseHours afterStoreHours clockSetBack requires play copy inclusion chain revocable',
    'action windows security application clock metering audioPath revocation includes excludes minimum video audio',
    'compressedVideo uncompressedVideo analogVideo compressedAudio uncompressedAudio',
  ].flatMap((names) => names.split(' '))
)

describe('deny by default', () => {
  it('R6: a document with any member that is not known allows nothing, and is not accepted', () => {
    fc.assert(
      fc.property(name, fc.jsonValue(), fc.constantFrom('', 'rights', 'requires', 'play', 'copy'), (member, value, inside) => {
        fc.pre(!KNOWN.has(member))
        const own = { [member]: value }
        const parts: Record<string, object> = {
          '': own,
          rights: { rights: [{ action: 'Copy', ...own }] },
          requires: { requires: own },
          play: { play: own },
          copy: { copy: { minimum: 0, ...own } },
        }
        const document = { ...licenseDocument(), ...parts[inside] }
        expect(E.isLeft(LicenseDocument.decode(document))).toBe(true)
        expect(asked({ held: holding(document), action: 'Copy', circumstances: TRUSTED })).toMatchObject({
          refusals: [{ reason: 'LicenseContentUnknown', rule: 'R6', bits: 1 }],
        })
      }),
      { numRuns: runs(RUNS) }
    )
  })

  it('R6 twin: a codec that drops what it does not know would let a condition pass', () => {
    const limited = { ...licenseDocument(), regions: ['somewhere else'] }
    const text = t.string
    const lenient = t.exact(
      t.type({ v: t.number, lid: text, issuer: text, keyId: text, issued: text, commit: text, persist: text, rights: t.unknown })
    )
    const read = lenient.decode(limited)
    expect(E.isRight(read) && asked({ held: holding(read.right), action: 'Copy', circumstances: TRUSTED }).type).toBe('Allowed')
    expect(refusesByRule(asked({ held: holding(limited), action: 'Copy', circumstances: TRUSTED }))).toBe(true)
  })

  it.each([2, 0, '1', undefined])('R6: a document of version %j allows nothing', (v) => {
    expect(refusesByRule(asked({ held: holding({ ...licenseDocument(), v }), action: 'Copy', circumstances: TRUSTED }))).toBe(true)
  })

  it('R6: any text that is no action is refused', () => {
    const actions = fc.oneof(fc.string(), fc.constantFrom('PLAY', 'Play ', 'constructor', 'Print.redbook'))
    fc.assert(
      fc.property(actions.filter((text) => !['Play', 'Copy', 'Backup', 'PlaylistBurn', 'CreateThumbnailImage', 'CollaborativePlay'].includes(text)), anyScene, (action, scene) => {
        expect(refusesByRule(asked({ ...scene, action }))).toBe(true)
      }),
      { numRuns: runs(RUNS) }
    )
  })

  it.each<[string, (under: Circumstances) => unknown]>([
    ['clock', (under) => ({ ...under, clock: { type: 'ahead' } })],
    ['time', (under) => ({ ...under, now: Number.NaN })],
    ['time', (under) => ({ ...under, now: -1 })],
    ['time', (under) => ({ ...under, now: Number.POSITIVE_INFINITY })],
    ['time', (under) => ({ ...under, now: undefined })],
    ['security version', (under) => ({ ...under, device: { ...under.device, securityVersion: 'newest' } })],
    ['revocation state', (under) => ({ ...under, device: { ...under.device, revocation: 'newest' } })],
    ['form', (under) => ({ ...under, delivery: { type: 'output', forms: { hologram: 900 }, protections: [] } })],
    ['level', (under) => ({ ...under, delivery: { type: 'output', forms: { analogVideo: Number.NaN }, protections: [] } })],
    ['metering', (under) => ({ ...under, device: { ...under.device, metering: undefined } })],
    ['secure clock', (under) => ({ ...under, device: { ...under.device, secureClock: 1 } })],
  ])('R6: a %s that says nothing is refused by a license that asks', (_, change) => {
    const device = { ...TRUSTED.device, securityVersion: '2.9.0.1', revocation: '9', metering: ['m'], secureClock: true }
    const under = { ...TRUSTED, device, delivery: { type: 'output', forms: { analogVideo: 9 }, protections: [] } } as unknown as Circumstances
    const held = heldLicense({ requires: { security: '2.2', revocation: '9', metering: 'm', clock: true }, play: { analogVideo: 1 } })
    expect(asked({ held, action: 'Copy', circumstances: under }).type).toBe('Allowed')
    expect(refusesByRule(asked({ held, action: 'Copy', circumstances: change(under) as Circumstances }))).toBe(true)
  })

  it('R6: a use count that no count can be stands for all of them', () => {
    const counted = { rights: [{ action: 'Copy', windows: [{ count: 5 }] }] }
    for (const uses of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY]) {
      const held = heldLicense(counted, { usage: new Map([['Copy/0', uses]]) })
      expect(asked({ held, action: 'Copy', circumstances: TRUSTED })).toMatchObject({ refusals: [{ reason: 'Exhausted' }] })
    }
  })

  it('R6: every refusal names a reason, a rule and says why', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const evaluation = asked(scene)
        if (evaluation.type === 'Refused') expect(refusesByRule(evaluation)).toBe(true)
      }),
      { numRuns: runs(RUNS) }
    )
  })
})
