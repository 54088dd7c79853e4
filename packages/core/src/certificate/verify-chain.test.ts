import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import { compactVerify, EmbeddedJWK } from 'jose'

import { canonicalJson } from '../encoding/canonical-json'
import type { CertificateFault } from '../fault/core-fault'
import type { Timestamp } from '../license/timestamp'
import { thumbprint } from '../signed/thumbprint'
import type { CertificateUse } from './certificate-document'
import { publicJwk } from './public-key-jwk'
import { certify, testKey } from './testing/authority'
import { verifyChain, type ChainExpectation } from './verify-chain'

const SECOND = 1_000_000
const at = (text: string): number => Date.parse(text) * 1000
const NOW = at('2026-06-01T00:00:00Z')

const root = testKey()
const upper = testKey()
const lower = testKey()
const own = testKey()
const fault = (chain: ReadonlyArray<string>, expected: Partial<ChainExpectation> = {}): CertificateFault | 'believed' => {
  const checked = verifyChain(chain, { root: createPublicKey(root), use: 'export', now: NOW, ...expected })
  return E.isLeft(checked) ? checked.left : 'believed'
}
const invalid = (where: string): unknown => expect.objectContaining({ type: 'CertificateInvalid', where })

/** Signs any header and payload, as a stranger's program might. */
const signedAs = (key: KeyObject, header: object, payload: object): string => {
  const text = canonicalJson(payload)
  const input = [JSON.stringify(header), E.isRight(text) ? text.right : '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
const payloadOf = (jws: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
const HEADER = { alg: 'ES256', kid: thumbprint(root), typ: 'custody-cert+1' }

describe('verifyChain', () => {
  it('IM-3: believes chains of one to three that lead to the root', () => {
    const service = { use: 'service' as const }
    expect(fault([certify(root, own)])).toBe('believed')
    expect(fault([certify(upper, own), certify(root, upper, service)])).toBe('believed')
    const three = [certify(lower, own), certify(upper, lower, service), certify(root, upper, service)]
    const checked = verifyChain(three, { root: createPublicKey(root), use: 'export', now: NOW })
    expect(E.isRight(checked) && checked.right.certificates.map((one) => one.thumbprint)).toEqual([
      thumbprint(own),
      thumbprint(lower),
      thumbprint(upper),
    ])
    expect(E.isRight(checked) && checked.right.subject).toMatchObject({
      serial: 'serial',
      use: 'export',
      level: 1000,
      issuer: thumbprint(lower),
      from: at('2026-01-01T00:00:00Z'),
      until: at('2026-12-31T23:59:59Z'),
      systems: ['9a04f079-9840-4286-ab92-e65be0885f95'],
    })
    expect(E.isRight(checked) && thumbprint(checked.right.subject.key)).toBe(thumbprint(own))
  })

  it('R6: without a root nothing is believed', () => {
    const expected = { type: 'CertificateInvalid', where: 'root', why: 'no root is configured' }
    expect(fault([certify(root, own)], { root: undefined })).toEqual(expected)
    expect(fault([], { root: undefined })).toEqual(expected)
  })

  it('R6: refuses a root of another curve, an empty chain, and a chain of four', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
    expect(fault([certify(root, own)], { root: other })).toEqual(invalid('root'))
    expect(fault([])).toEqual(invalid(''))
    const service = { use: 'service' as const }
    const four = [certify(upper, own), certify(lower, upper, service), certify(upper, lower, service), certify(root, upper, service)]
    expect(fault(four)).toEqual(invalid(''))
    expect(fault([certify(upper, own), ...four.slice(3)])).toBe('believed')
  })

  it('IM-3: refuses a chain of another root, one with a link missing, one out of order, and one too many', () => {
    const service = { use: 'service' as const }
    const [subject, middle] = [certify(upper, own), certify(root, upper, service)]
    expect(fault([subject, middle], { root: createPublicKey(testKey()) })).toEqual(invalid('/1/header/kid'))
    expect(fault([subject])).toEqual(invalid('/0/header/kid'))
    expect(fault([middle, subject])).toEqual(invalid('/1/header/kid'))
    expect(fault([certify(root, own), middle])).toEqual(invalid('/0/header/kid'))
    expect(fault([subject, certify(root, lower, service)])).toEqual(invalid('/0/header/kid'))
  })

  it('EX-22 (inferred): refuses a certificate whose signature is by another key, or that names another issuer', () => {
    const honest = payloadOf(certify(root, own))
    expect(fault([signedAs(testKey(), HEADER, honest)])).toEqual(invalid('/0'))
    expect(fault([signedAs(root, HEADER, { ...honest, issuer: thumbprint(upper) })])).toEqual(invalid('/0/issuer'))
    expect(fault([signedAs(root, HEADER, honest)])).toBe('believed')
  })

  it('refuses any changed character of a certificate', () => {
    const jws = certify(root, own)
    for (let place = 0; place < jws.length; place += 1) {
      const other = jws[place] === 'A' ? 'Q' : 'A'
      expect(fault([`${jws.slice(0, place)}${other}${jws.slice(place + 1)}`])).not.toBe('believed')
    }
  })

  it.each([
    ['a key of its own', { ...HEADER, jwk: publicJwk(root) }, '/0/header'],
    ['certificates of its own', { ...HEADER, x5c: ['AAAA'] }, '/0/header'],
    ['an address of keys', { ...HEADER, jku: 'https://example.org/keys' }, '/0/header'],
    ['an address of certificates', { ...HEADER, x5u: 'https://example.org/cert' }, '/0/header'],
    ['no algorithm', { ...HEADER, alg: 'none' }, '/0/header/alg'],
    ['another algorithm', { ...HEADER, alg: 'HS256' }, '/0/header/alg'],
    ['the kind of a license', { ...HEADER, typ: 'custody-license+1' }, '/0/header/typ'],
  ])('refuses a header with %s', (_, header, where) => {
    expect(fault([signedAs(root, header, payloadOf(certify(root, own)))])).toEqual(invalid(where))
  })

  it('R6, defence off: whoever takes the key from the header believes a stranger', async () => {
    const stranger = testKey()
    const forged = signedAs(stranger, { ...HEADER, jwk: publicJwk(stranger) }, payloadOf(certify(root, own)))
    const believed = await compactVerify(forged, EmbeddedJWK)
    expect(JSON.parse(new TextDecoder().decode(believed.payload))).toMatchObject({ serial: 'serial' })
    expect(fault([forged])).toEqual(invalid('/0/header'))
  })

  it.each([
    ['an unknown member', { more: 1 }, '/0/more'],
    ['an unknown use', { use: 'anything' }, '/0/use'],
    ['two uses', { use: ['export', 'service'] }, '/0/use'],
    ['another version', { v: 2 }, '/0/v'],
    ['a key with its private half', { key: { ...publicJwk(own), d: 'AA' } }, '/0/key/d'],
    ['a point off the curve', { key: { ...publicJwk(own), y: 'A'.repeat(43) } }, '/0/key'],
    ['a level that is no whole number', { level: 1.5 }, '/0/level'],
    ['a date that no calendar has', { until: '2026-02-30T00:00:00Z' }, '/0/until'],
    ['a system that is no GUID', { systems: ['any'] }, '/0/systems/0'],
  ])('refuses a certificate with %s', (_, members, where) => {
    expect(fault([signedAs(root, HEADER, { ...payloadOf(certify(root, own)), ...members })])).toEqual(invalid(where))
  })

  it('holds dates against the trusted time, both ends included, at every place of the chain', () => {
    const [from, until] = [at('2026-01-01T00:00:00Z'), at('2026-12-31T23:59:59Z')]
    const one = [certify(root, own)]
    const expired = { type: 'CertificateExpired', serial: 'serial', until: '2026-12-31T23:59:59Z' }
    expect(fault(one, { now: from - 1 })).toEqual(invalid('/0/from'))
    expect(fault(one, { now: from })).toBe('believed')
    expect(fault(one, { now: until })).toBe('believed')
    expect(fault(one, { now: until + SECOND })).toEqual(expired)
    const years = { from: '2020-01-01T00:00:00Z' as Timestamp, until: '2030-01-01T00:00:00Z' as Timestamp }
    const two = [certify(upper, own, years), certify(root, upper, { use: 'service', serial: 'upper' })]
    expect(fault(two, { now: until + SECOND })).toEqual({ ...expired, serial: 'upper' })
    expect(fault(two, { now: from - 1 })).toEqual(invalid('/1/from'))
  })

  it.each<[CertificateUse, CertificateUse]>([
    ['issuer', 'export'],
    ['device', 'export'],
    ['service', 'export'],
    ['export', 'issuer'],
    ['export', 'device'],
    ['export', 'service'],
  ])('uses exclude each other: a certificate for %s is none for %s', (use, wanted) => {
    expect(fault([certify(root, own, { use })], { use: wanted })).toEqual(invalid('/0/use'))
    expect(fault([certify(root, own, { use })], { use })).toBe('believed')
  })

  it.each<[CertificateUse]>([['issuer'], ['device'], ['export']])('a key for %s certifies nobody', (use) => {
    expect(fault([certify(upper, own), certify(root, upper, { use })])).toEqual(invalid('/1/use'))
  })

  it('EX-22 (inferred): refuses a level below the least one that is asked for', () => {
    const chain = [certify(root, own, { level: 150 })]
    expect(fault(chain, { level: 150 })).toBe('believed')
    expect(fault(chain, { level: 151 })).toEqual({ type: 'LevelInadequate', level: 150, least: 151 })
    expect(fault(chain)).toBe('believed')
  })

  it('refuses what is too large before it is read', () => {
    expect(fault(['A'.repeat(40_000)])).toEqual(invalid('/0'))
  })
})
