import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { publicJwk } from '../certificate/public-key-jwk'
import { canonicalJson } from '../encoding/canonical-json'
import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import { acceptRevocationList } from '../revocation/accept-revocation'
import { signedList } from '../revocation/testing/revocation-data'
import { docDigest } from '../signed/doc-digest'
import { thumbprint } from '../signed/thumbprint'
import { readIssuerChallenge } from './issuer-challenge'
import { acceptLicenseRevocation, issueLicenseRevocation } from './license-revocation'
import { acceptAcknowledgement, acknowledgeRevocation } from './revocation-acknowledgement'
import { acceptRevocationChallenge, answerIssuerChallenge } from './revocation-challenge'

const testKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const [issuer, device, stranger] = [testKey(), testKey(), testKey()]
const nonce = `${'n'.repeat(42)}A`
const issuerChallenge = { v: 1 as const, key: publicJwk(issuer), nonce }
const digest = (jws: string): string => Buffer.from(docDigest(jws)).toString('base64url')
const right = <L, A>(result: E.Either<L, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}
const challenge = right(answerIssuerChallenge(device, issuerChallenge, 'machine 17'))
const keyId = '00112233445566778899aabbccddeeff' as KeyId

const accept = (jws: string, own = challenge) =>
  acceptLicenseRevocation({ issuer: createPublicKey(issuer), challenge: own }, jws)

/** Signs any payload as a license revocation, as a stranger's program might. */
const signedAs = (payload: object, key: KeyObject = issuer, kid = thumbprint(key)): string => {
  const text = canonicalJson(payload)
  const header = JSON.stringify({ alg: 'ES256', kid, typ: 'custody-lrb+1' })
  const input = [header, E.isRight(text) ? text.right : ''].map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
const payload = { v: 1, key: thumbprint(issuer), challenge: digest(challenge), criteria: [{}] }

describe('the challenge', () => {
  it("LI-50: binds the issuer's key, its nonce and the machine id", () => {
    const accepted = acceptRevocationChallenge(createPublicKey(device), challenge)
    expect(accepted).toEqual(E.right({ v: 1, key: thumbprint(issuer), nonce, machine: 'machine 17' }))
    expect(acceptRevocationChallenge(createPublicKey(stranger), challenge)).toMatchObject(E.left({ type: 'LicenseIssuerUnknown' }))
  })

  it('LI-52: the machine id is text of the application, and must be some', () => {
    for (const machine of ['', 'x'.repeat(257), 'a\nb']) {
      expect(answerIssuerChallenge(device, issuerChallenge, machine)).toMatchObject(E.left({ type: 'BadInput', where: 'machine id' }))
    }
  })

  it.each([
    ['an unknown member', { ...issuerChallenge, more: 1 }, 'issuer challenge/more'],
    ['a nonce of another length', { ...issuerChallenge, nonce: 'AA' }, 'issuer challenge/nonce'],
    ['a private key', { ...issuerChallenge, key: issuer.export({ format: 'jwk' }) }, 'issuer challenge/key/d'],
    ['another version', { ...issuerChallenge, v: 2 }, 'issuer challenge/v'],
  ])("the issuer's part with %s is refused", (_, value, where) => {
    expect(readIssuerChallenge(Buffer.from(JSON.stringify(value)))).toMatchObject(E.left({ type: 'BadInput', where }))
    expect(readIssuerChallenge(Buffer.from(JSON.stringify(issuerChallenge)))).toEqual(E.right(issuerChallenge))
  })

  it("R16: the issuer's part ends in a typed fault on any bytes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map((text) => Uint8Array.from(Buffer.from(text)))), (bytes) => {
        expect(readIssuerChallenge(bytes)).toMatchObject({ _tag: 'Left', left: { type: 'BadInput' } })
      }),
      { numRuns: runs(300) }
    )
    expect(readIssuerChallenge(Buffer.alloc(5000, ' '))).toMatchObject(E.left({ type: 'BadInput' }))
  })

  it('a point off the curve is no key', () => {
    const off = { ...issuerChallenge, key: { ...issuerChallenge.key, y: 'A'.repeat(43) } }
    expect(answerIssuerChallenge(device, off, 'm')).toMatchObject(E.left({ type: 'BadInput' }))
  })
})

describe('the license revocation', () => {
  it('LI-51: states the key, and narrows by user, by key ID, by both or by nothing', () => {
    const narrowings = [{}, { uid: 'u' }, { keyId }, { uid: 'u', keyId }]
    const accepted = right(accept(issueLicenseRevocation(issuer, challenge, narrowings)))
    expect(accepted.criteria).toEqual(narrowings.map((narrowing) => ({ key: thumbprint(issuer), ...narrowing })))
    expect(accepted.challenge).toBe(digest(challenge))
  })

  it('P-27: reaches licenses of the signing key only', () => {
    const theirs = thumbprint(stranger)
    expect(accept(signedAs({ ...payload, key: theirs }))).toMatchObject(E.left({ type: 'LicenseMalformed', where: '/key' }))
    expect(accept(signedAs({ ...payload, criteria: [{ key: theirs }] }))).toMatchObject(E.left({ where: '/criteria/0/key' }))
  })

  it('LI-53 (decision): a bad signature, or another key, is refused', () => {
    expect(accept(signedAs(payload))).toMatchObject(E.right({}))
    expect(accept(signedAs(payload, stranger, thumbprint(issuer)))).toEqual(E.left({ type: 'LicenseSignatureInvalid' }))
    expect(accept(signedAs({ ...payload, key: thumbprint(stranger) }, stranger))).toMatchObject(E.left({ type: 'LicenseIssuerUnknown' }))
  })

  it('LI-50: is good for the challenge that it answers alone', () => {
    const other = right(answerIssuerChallenge(device, { ...issuerChallenge, nonce: `${'m'.repeat(42)}A` }, 'machine 17'))
    const jws = issueLicenseRevocation(issuer, challenge, [{}])
    expect(accept(jws, other)).toMatchObject(E.left({ type: 'LicenseDeletionFailed' }))
    expect(accept(jws)).toMatchObject(E.right({}))
  })

  it.each([
    ['an unknown member', { more: 1 }, '/more'],
    ['a narrowing that it does not know', { criteria: [{ lid: 'x' }] }, '/criteria/0/lid'],
    ['a key ID of another length', { criteria: [{ keyId: 'AA' }] }, '/criteria/0/keyId'],
    ['an empty user id', { criteria: [{ uid: '' }] }, '/criteria/0/uid'],
    ['more criteria than it may have', { criteria: Array(257).fill({}) }, '/criteria'],
  ])('refuses %s', (_, members, where) => {
    expect(accept(signedAs({ ...payload, ...members }))).toMatchObject(E.left({ type: 'LicenseMalformed', where }))
  })

  it('RV-15: is no revocation list, and a revocation list is none', () => {
    const jws = issueLicenseRevocation(issuer, challenge, [{}])
    const authority = { root: createPublicKey(issuer), certificates: [], now: Date.parse('2026-05-10T00:00:00Z') * 1000 }
    const list = signedList(issuer, { kind: 'issuer', entries: [thumbprint(issuer)] })
    expect(acceptRevocationList(authority, list)).toMatchObject(E.right({}))
    expect(acceptRevocationList(authority, jws)).toMatchObject(E.left({ type: 'RevocationMalformed', where: 'header/typ' }))
    expect(accept(list)).toMatchObject(E.left({ type: 'LicenseMalformed', where: 'header/typ' }))
  })
})

describe('the acknowledgement', () => {
  const revocation = right(accept(issueLicenseRevocation(issuer, challenge, [{}])))

  it.each([
    ['what is gone', [{ issuer: thumbprint(issuer) as IssuerId, lid: '0190c42e-8c5e-7000-8000-000000000001' as LicenseId }]],
    ['that nothing matched', []],
  ])('LI-53 (decision): says %s, for the revocation and the challenge that it answers', (_, removed) => {
    const jws = acknowledgeRevocation(device, revocation, removed)
    expect(acceptAcknowledgement(createPublicKey(device), jws)).toEqual(
      E.right({ v: 1, revocation: revocation.digest, challenge: digest(challenge), removed })
    )
  })

  it('is believed from the computer that signed it alone', () => {
    const jws = acknowledgeRevocation(device, revocation, [])
    expect(acceptAcknowledgement(createPublicKey(stranger), jws)).toMatchObject(E.left({ type: 'LicenseIssuerUnknown' }))
    expect(acceptAcknowledgement(createPublicKey(device), challenge)).toMatchObject(E.left({ where: 'header/typ' }))
  })
})
