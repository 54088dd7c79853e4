import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import * as E from 'fp-ts/Either'

import type { IssuerId } from '../identity/issuer-id'
import type { RequiredVersion } from '../identity/security-version'
import type { Timestamp } from '../license/timestamp'
import { thumbprint } from '../signed/thumbprint'
import {
  acceptEnablerTable,
  acceptPolicy,
  issueEnablerTable,
  issuePolicy,
  packageHead,
  packageLine,
  readPackageHead,
  readPackageLine,
} from './package-part'

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const kid = thumbprint(key)
const authority = 'A'.repeat(43) as IssuerId
const expectation = { authority, keyFor: (name: string) => (name === kid ? createPublicKey(key) : undefined) }
const policy = {
  authority,
  issued: '2026-05-01T00:00:00Z' as Timestamp,
  securityVersion: '2.9' as RequiredVersion,
  restoreLimit: 3,
  individualizationsADay: 5,
}
const entry = { thumbprint: 'B'.repeat(42) + 'A', type: 'update', url: 'https://updates.example/1', bytes: 5000 }
const withoutFeed = (line: string): string => line.slice(0, -1)

describe('IN-17: the file that comes back is made of signed data', () => {
  it('has a head and lines of one exact form each', () => {
    expect(packageHead('p-1')).toBe('{"package":"p-1","v":1}\n')
    expect(readPackageHead('{"package":"p-1","v":1}')).toEqual(E.right('p-1'))
    expect(packageLine({ part: 'trust', jws: 'a.b.c' })).toBe('{"jws":"a.b.c","part":"trust"}\n')
    expect(readPackageLine('{"jws":"a.b.c","part":"trust"}')).toEqual(E.right({ part: 'trust', jws: 'a.b.c' }))
  })

  it.each([
    '{"part":"trust","jws":"a.b.c"}',
    '{"jws":"a.b.c","part":"program"}',
    '{"jws":"a.b.c","part":"trust","run":"x"}',
    '{"jws":"a.b.c","jws":"a.b.c","part":"trust"}',
    '{"jws":"a.b.c","part":"trust"} ',
    '{"jws":"a.b.c","part":"trust"',
    `{"jws":"${'a'.repeat(1024 * 1024 + 64)}","part":"trust"}`,
  ])('refuses another line', (line) => {
    expect(readPackageLine(line)).toMatchObject(E.left({ type: 'PackageSignatureInvalid' }))
  })

  it('has a policy and enablers that are believed on the word of the service alone', () => {
    const jws = issuePolicy(key, kid, policy)
    expect(acceptPolicy(expectation, jws)).toEqual(E.right({ v: 1, ...policy }))
    const table = issueEnablerTable(key, kid, { authority, entries: [entry] })
    expect(acceptEnablerTable(expectation, table)).toEqual(E.right({ v: 1, authority, entries: [entry] }))
    expect(acceptPolicy(expectation, table)).toEqual(
      E.left({ type: 'PackageSignatureInvalid', part: 'policy', why: 'SignedTypeOther' })
    )
    expect(acceptPolicy({ ...expectation, keyFor: () => undefined }, jws)).toEqual(
      E.left({ type: 'PackageSignatureInvalid', part: 'policy', why: 'SignedKeyUnknown' })
    )
    expect(acceptPolicy({ ...expectation, authority: 'B'.repeat(43) }, jws)).toMatchObject(
      E.left({ why: `of another authority, ${authority}` })
    )
    expect(readPackageLine(withoutFeed(packageLine({ part: 'policy', jws })))).toEqual(E.right({ part: 'policy', jws }))
  })

  it('makes no table that nobody would accept', () => {
    const long = { ...entry, url: 'u'.repeat(250) }
    expect(() => issueEnablerTable(key, kid, { authority, entries: Array.from({ length: 4000 }, () => long) })).toThrow('at most')
    expect(() => issueEnablerTable(key, kid, { authority, entries: [{ ...entry, bytes: -1 }] })).toThrow('no part')
  })
})
