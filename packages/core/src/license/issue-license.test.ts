import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { b64u } from '../encoding/b64u'
import { canonicalJson } from '../encoding/canonical-json'
import { utf8 } from '../encoding/utf8'
import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { acceptLicense } from './accept-license'
import { issueLicense, type LicenseDraft } from './issue-license'
import { LICENSE_TYP } from './license-document'
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

  it('is not issued against the limits', () => {
    const conditions = { rights: [{ action: 'Play' as const, windows: [{ count: 0 }] }] }
    expect(issueLicense(issuer, { ...draft, conditions })).toMatchObject({ left: { type: 'LicenseMalformed' } })
  })
})
