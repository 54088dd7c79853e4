import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { runs } from '../../../../test/gate/runs'
import { b64u } from '../encoding/b64u'
import { canonicalJson } from '../encoding/canonical-json'
import { utf8 } from '../encoding/utf8'
import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { RequiredVersion } from '../identity/security-version'
import { SystemId } from '../identity/system-id'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { acceptLicense, acceptLicenseInBackground } from './accept-license'
import type { AcceptedLicense } from './accepted-license'
import type { Conditions } from './conditions'
import { boundedList } from './document-values'
import { issueLicense, type ChainDraft, type LicenseDraft } from './issue-license'
import { judgeInclusion } from './judge/judge-inclusion'
import { judgeCopy } from './judge/judge-levels'
import { LICENSE_TYP, LicenseDocument } from './license-document'
import { absentLicense } from './license-state'
import { outputLevels } from './output-levels'
import { conditions } from './testing/scene'
import { timestampMicros, type Timestamp } from './timestamp'

const NOW = timestampMicros('2026-06-01T00:00:00Z' as Timestamp)
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const issuer = { id: thumbprint(pair.publicKey) as IssuerId, key: pair.privateKey }
const draft: LicenseDraft = {
  lid: '01890000-0000-7000-8000-000000000001' as LicenseId,
  keyId: '0102030405060708090aaabbccddeeff' as KeyId,
  commit: 'A'.repeat(43),
  now: NOW,
  conditions: { rights: [{ action: 'Play' }, { action: 'Copy' }, { action: 'Backup' }] },
}
const issuerKey = (id: string) => (id === issuer.id ? createPublicKey(pair.privateKey) : undefined)
const accept = (jws: string, now = NOW) => acceptLicense({ issuerKey, now }, jws)
const issued = () => {
  const license = issueLicense(issuer, draft)
  if (E.isLeft(license)) throw new Error(JSON.stringify(license.left))
  return license.right
}
const signed = (members: object, header = {}) =>
  signDocument(pair.privateKey, { typ: LICENSE_TYP, kid: issuer.id, ...header }, { ...issued().document, ...members })
const where = (path: string) => E.left(expect.objectContaining({ type: 'LicenseMalformed', where: path }) as unknown)

describe('license', () => {
  it('is accepted as it was issued', () => {
    const license = issued()
    expect(accept(license.jws)).toEqual(E.right(license))
    expect(license.keyId).toBe(draft.keyId)
    expect(license.document.issued).toBe('2026-06-01T00:00:00Z')
  })

  it('is not believed from a stranger, or with another signature', () => {
    const foreign = signDocument(stranger.privateKey, { typ: LICENSE_TYP, kid: 'other' }, issued().document)
    expect(accept(foreign)).toEqual(E.left({ type: 'LicenseIssuerUnknown', issuer: 'other' }))
    const forged = signDocument(stranger.privateKey, { typ: LICENSE_TYP, kid: issuer.id }, issued().document)
    expect(accept(forged)).toEqual(E.left({ type: 'LicenseSignatureInvalid' }))
    expect(accept(signed({ issuer: thumbprint(stranger.publicKey) }))).toEqual(where('/issuer'))
  })

  it('R10: no changed character is accepted', () => {
    const { jws } = issued()
    for (let place = 0; place < jws.length; place += 1) {
      const other = `${jws.slice(0, place)}${jws[place] === 'A' ? 'B' : 'A'}${jws.slice(place + 1)}`
      expect(E.isLeft(accept(other))).toBe(true)
    }
  })

  it.each([
    [{ v: 2 }, { type: 'LicenseVersionUnknown' }],
    [{ surprise: 1 }, { type: 'LicenseMalformed' }],
    [{ rights: [{ action: 'Print.redbook' }] }, { type: 'LicenseMalformed' }],
    [{ rights: [{ action: 'Play', more: 1 }] }, { type: 'LicenseMalformed' }],
    [{ rights: [{ action: 'Play', windows: [{ count: 0 }] }] }, { type: 'LicenseMalformed' }],
    [{ rights: [{ action: 'Play', windows: [{ count: 2 ** 31 }] }] }, { type: 'LicenseMalformed' }],
    [{ requires: { unknown: 1 } }, { type: 'LicenseMalformed' }],
    [{ sourceId: 'a\u0000b' }, { type: 'LicenseMalformed' }],
    [{ sourceId: 'é'.repeat(129) }, { type: 'LicenseMalformed' }],
    [{ issued: '2026-06-01T00:00:00.5Z' }, { type: 'LicenseMalformed' }],
    [{ issued: '2026-02-30T00:00:00Z' }, { type: 'LicenseMalformed' }],
    [{ keyId: 'A'.repeat(21) }, { type: 'LicenseMalformed' }],
    [{ chain: { role: 'root', uplink: 'A'.repeat(22) } }, { type: 'LicenseMalformed' }],
    [{ inclusion: Array(257).fill('9a04f079-9840-4286-ab92-e65be0885f95') }, { type: 'LicenseMalformed' }],
    [{ sourceId: 'x'.repeat(257) }, { type: 'LicenseMalformed' }],
  ])('R6: refuses %j', (members, fault) => {
    expect(accept(signed(members))).toMatchObject({ _tag: 'Left', left: fault })
  })

  it.each([
    [{ rights: [{ action: 'Play' }, { action: 'Play' }] }, '/rights/1/action'],
    [{ rights: [{ action: 'Play', windows: [{}] }] }, '/rights/0/windows'],
    [{ rights: [{ action: 'Play', windows: [{ count: 1 }, { count: 1 }] }] }, '/rights/0/windows'],
    [{ rights: [{ action: 'Play', windows: [{ count: 1 }] }], afterFirstUseHours: 5 }, '/rights/0/windows'],
    [
      { rights: [{ action: 'Play', windows: [{ from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }] }] },
      '/rights/0/windows/0',
    ],
    [{ afterFirstUseHours: 1, afterStoreHours: 1 }, '/afterStoreHours'],
    [{ issued: '2026-06-02T00:00:01Z' }, '/issued'],
  ])('decision on the state categories and LI-20: refuses %j', (members, path) => {
    expect(accept(signed(members))).toEqual(where(path))
  })

  it('refuses another kind of document, another spelling and one that is too long', () => {
    expect(accept(signed({}, { typ: 'custody-cert+1' }))).toEqual(where('header/typ'))
    expect(accept('x'.repeat(16_385))).toMatchObject({ left: { type: 'LicenseTooLarge', limit: 16_384 } })
    expect(accept('a.b')).toMatchObject({ left: { type: 'LicenseMalformed' } })
    const text = canonicalJson(issued().document)
    const [header = ''] = issued().jws.split('.')
    const spaced = `${header}.${b64u(utf8(` ${E.isRight(text) ? text.right : ''}`))}.${'A'.repeat(86)}`
    expect(E.isLeft(accept(spaced))).toBe(true)
  })

  it('LI-4: grants none of the older copy rights', () => {
    for (const action of ['Print.redbook', 'Transfer.SDMI', 'Transfer.NONSDMI']) {
      expect(accept(signed({ rights: [{ action }] }))).toEqual(where('/rights/0/action'))
    }
  })

  it('LI-26, LI-36, LI-37: states every member of a document, lists at their longest, and gives them back whole', () => {
    const system = (index: number) => `9a04f079-9840-4286-ab92-${String(index).padStart(12, '0')}` as SystemId
    const protections = Array.from({ length: 40 }, (_, index) => ({ id: system(index), config: 'on' }))
    const window = { count: 5, from: '2026-06-01T00:00:00Z' as Timestamp, until: '2026-07-01T00:00:00Z' as Timestamp }
    const conditions: Conditions = {
      rights: [{ action: 'Play', windows: [window, window] }, { action: 'Copy', windows: [{ count: 1 }] }],
      persist: 'savable',
      priority: 2147483647,
      sourceId: 'shop',
      afterStoreHours: 876_000,
      clockSetBack: 'disable',
      requires: {
        security: '2.2' as RequiredVersion,
        application: 1000,
        clock: true,
        metering: 'm',
        audioPath: 1,
        revocation: '18446744073709551615',
      },
      play: {
        compressedVideo: 1,
        uncompressedVideo: 2,
        analogVideo: 3,
        compressedAudio: 4,
        uncompressedAudio: 65_535,
        video: protections,
        audio: protections,
      },
      copy: { minimum: 6, includes: [system(1)], excludes: [system(2)] },
      inclusion: [system(3)],
      revocable: { key: 'A'.repeat(43), uid: 'u' },
    }
    const license = issueLicense(issuer, { ...draft, conditions, chain: { role: 'root' } })
    if (E.isLeft(license)) throw new Error(JSON.stringify(license.left))
    expect(license.right.document).toMatchObject({ ...conditions, chain: { role: 'root' } })
    expect(accept(license.right.jws)).toEqual(license)
    expect(outputLevels({ license: license.right, state: absentLicense }).play?.video).toHaveLength(40)
    const longest = boundedList(SystemId)
    expect(longest.is(Array.from({ length: 256 }, (_, index) => system(index)))).toBe(true)
    expect(longest.is(Array.from({ length: 257 }, (_, index) => system(index)))).toBe(false)
  })

  it('LI-37: the longest lists come back whole in one answer, each entry of them counts, and one more is refused', () => {
    const system = (index: number) => `9a04f079-9840-4286-ab92-${String(index).padStart(12, '0')}` as SystemId
    const systems = (length: number) => Array.from({ length }, (_, index) => system(index))
    const restored = (conditions: Partial<Conditions>) => {
      const license = issueLicense(issuer, { ...draft, conditions: { ...draft.conditions, ...conditions } })
      return E.isLeft(license) ? license : accept(license.right.jws)
    }
    const [inclusion, copy] = [restored({ inclusion: systems(256) }), restored({ copy: { minimum: 9, includes: systems(256) } })]
    if (E.isLeft(inclusion) || E.isLeft(copy)) throw new Error('refused')
    const held = { license: inclusion.right, state: absentLicense }
    expect(inclusion.right.document.inclusion).toEqual(systems(256))
    expect(systems(257).map((id) => judgeInclusion(held, id)?.rule)).toEqual([...Array<undefined>(256), 'EX-5'])
    const levels = outputLevels({ license: copy.right, state: absentLicense }).copy
    if (levels === undefined) throw new Error('no levels')
    expect(systems(257).map((target) => judgeCopy(levels, { level: 0, target })?.rule)).toEqual([...Array<undefined>(256), 'LI-29'])
    expect(restored({ inclusion: systems(257) })).toMatchObject({ left: { type: 'LicenseMalformed' } })
    expect(restored({ copy: { minimum: 9, includes: systems(257) } })).toMatchObject({ left: { type: 'LicenseMalformed' } })
  })

  it('decodes what it encodes, whatever it states, or is refused with a place', () => {
    fc.assert(
      fc.property(conditions, (stated) => {
        const { issuer: _, issued: __, ...rest } = stated as { issuer: string; issued: string; rights: Conditions['rights'] }
        const license = issueLicense(issuer, { ...draft, conditions: rest })
        if (E.isLeft(license)) expect(license.left).toMatchObject({ type: 'LicenseMalformed', where: expect.stringMatching(/^\//) })
        else {
          expect(accept(license.right.jws)).toEqual(license)
          expect(LicenseDocument.decode(LicenseDocument.encode(license.right.document))).toEqual(E.right(license.right.document))
        }
      }),
      { numRuns: runs(200) }
    )
  })

  it('accepts in the background what it accepts, and no more', async () => {
    const { jws } = issued()
    for (const text of [jws, `${jws.slice(0, -4)}AAAA`, jws.slice(0, -1), signed({ surprise: 1 }), signed({ v: 2 }), signed({ afterFirstUseHours: 1, afterStoreHours: 1 })]) {
      expect(await acceptLicenseInBackground({ issuerKey, now: NOW }, text)()).toEqual(accept(text))
    }
  })

  it('is not issued against the limits', () => {
    const conditions = { rights: [{ action: 'Play' as const, windows: [{ count: 0 }] }] }
    expect(issueLicense(issuer, { ...draft, conditions })).toMatchObject({ left: { type: 'LicenseMalformed' } })
  })
})

describe('a leaf', () => {
  const ROOT_KEY = '02'.repeat(16) as KeyId
  const made = (changes: Partial<LicenseDraft>): AcceptedLicense => {
    const license = issueLicense(issuer, { ...draft, ...changes })
    if (E.isLeft(license)) throw new Error(JSON.stringify(license.left))
    return license.right
  }
  const root = made({ keyId: ROOT_KEY, chain: { role: 'root' } })
  const leafOf = (above: AcceptedLicense | undefined, uplink = ROOT_KEY): ChainDraft => ({ role: 'leaf', uplink, root: above, key: 'x' })
  const tried = (chain: ChainDraft) => issueLicense(issuer, { ...draft, chain })

  it('LI-56: names its root by its key ID', () => {
    const leaf = made({ chain: leafOf(root) })
    expect(leaf.document.chain).toEqual({ role: 'leaf', uplink: root.document.keyId, key: 'x' })
    expect(accept(leaf.jws)).toEqual(E.right(leaf))
  })

  it('LI-59: is not issued without its root', () => {
    expect(tried(leafOf(undefined))).toEqual(E.left({ type: 'UplinkMissing', keyId: ROOT_KEY }))
    expect(tried(leafOf(root, '03'.repeat(16) as KeyId))).toMatchObject({ left: { type: 'UplinkMissing' } })
    expect(tried(leafOf(made({ keyId: ROOT_KEY })))).toEqual(where('/chain/uplink'))
  })

  it('LI-59: hangs on no leaf, nor on itself', () => {
    const leaf = made({ chain: leafOf(root) })
    const next = issueLicense(issuer, { ...draft, keyId: '04'.repeat(16) as KeyId, chain: leafOf(leaf, leaf.keyId) })
    expect(next).toEqual(E.left({ type: 'ChainTooLong', keyId: leaf.keyId }))
    const self = issueLicense(issuer, { ...draft, keyId: ROOT_KEY, chain: leafOf(root) })
    expect(self).toEqual(E.left({ type: 'ChainTooLong', keyId: ROOT_KEY }))
  })
})
