import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { certify, testKey } from '../certificate/testing/authority'
import { canonicalJson } from '../encoding/canonical-json'
import type { SystemId } from '../identity/system-id'
import type { Timestamp } from '../license/timestamp'
import { docDigest } from '../signed/doc-digest'
import { thumbprint } from '../signed/thumbprint'
import { acceptRevocationInformation, acceptRevocationList } from './accept-revocation'
import { INFORMATION_ID, REVOCATION_KINDS } from './revocation-kind'
import { listMembers, name, signedInformation, signedList } from './testing/revocation-data'

const NOW = Date.parse('2026-05-10T00:00:00Z') * 1000
const root = testKey()
const listKey = testKey()

const judge = (jws: string, certificates: ReadonlyArray<string> = [], now = NOW, own: KeyObject | undefined = root) => {
  const accepted = acceptRevocationList({ root: own && createPublicKey(own), certificates, now }, jws)
  return E.isLeft(accepted) ? accepted.left : 'believed'
}
const malformed = (where: string): unknown => expect.objectContaining({ type: 'RevocationMalformed', where })
const invalid = (where: string): unknown => expect.objectContaining({ type: 'CertificateInvalid', where })

/** Signs any payload as a list, as a stranger's program might. */
const signedAs = (payload: object, header: object = {}, key: KeyObject = root): string => {
  const text = canonicalJson(payload)
  const head = JSON.stringify({ alg: 'ES256', kid: thumbprint(key), typ: 'custody-revocation+1', ...header })
  const input = [head, E.isRight(text) ? text.right : ''].map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
const payload = { ...listMembers(), v: 1, kind: REVOCATION_KINDS.application }

describe('acceptRevocationList', () => {
  it.each([
    ['applications', 'application', '90a37313-0ecf-4caa-a906-b188f6129300'],
    ['devices', 'device', '3129e375-ceb0-47d5-9cca-9db74cfd4332'],
    ['network devices', 'networkDevice', 'cd75e604-543d-4a9c-9f09-fe6d24e8bf90'],
  ])('RV-1: a list of %s carries the identifier of its kind', (_, kind, id) => {
    const accepted = acceptRevocationList(
      { root: createPublicKey(root), certificates: [], now: NOW },
      signedAs({ ...payload, kind: id })
    )
    expect(accepted).toMatchObject(E.right({ document: { kind } }))
  })

  it.each([
    ['REVINFO', 'ccde5a55-a688-4405-a88b-d13f90d5ba3e'],
    ['GRL', 'a2190240-b2ca-40b3-b48d-9bc4c2dc428d'],
    ['HDCP', 'e627553a-820f-40fd-b465-a42830a574c9'],
    ['a name instead of an identifier', 'application'],
    ['an identifier in upper case', '90A37313-0ECF-4CAA-A906-B188F6129300'],
  ])('RV-1: %s names no usable kind', (_, kind) => {
    expect(judge(signedAs({ ...payload, kind }))).toEqual(malformed('/kind'))
  })

  it('gives back what was issued, with the digest of its signing input', () => {
    const jws = signedList(root, { version: '7', entries: [name('a'), name('b')], prev: name('p') })
    const accepted = acceptRevocationList({ root: createPublicKey(root), certificates: [], now: NOW }, jws)
    const digest = Buffer.from(docDigest(jws)).toString('base64url')
    const document = { kind: 'application', version: '7', entries: [name('a'), name('b')], prev: name('p') }
    expect(accepted).toMatchObject(E.right({ jws, digest, document, chain: [] }))
  })

  it('R6: without a root nothing is believed, nor what another root signed', () => {
    const expected = { type: 'CertificateInvalid', where: 'root', why: 'no root is configured' }
    const accepted = acceptRevocationList({ root: undefined, certificates: [], now: NOW }, signedList(root))
    expect(accepted).toEqual(E.left(expected))
    expect(judge(signedList(testKey()))).toEqual(malformed('header/kid'))
    expect(judge(signedList(root))).toBe('believed')
  })

  it('believes a list key that a service certificate names for the kind, and no other key', () => {
    const kinds = (...systems: ReadonlyArray<string>) => ({ use: 'service' as const, systems: systems as ReadonlyArray<SystemId> })
    const jws = signedList(listKey)
    const { application, device } = REVOCATION_KINDS
    expect(judge(jws, [certify(root, listKey, kinds(device, application))])).toBe('believed')
    expect(judge(jws, [certify(root, listKey, kinds(device))])).toEqual(invalid('/0/systems'))
    expect(judge(jws, [certify(root, listKey, { ...kinds(application), use: 'export' })])).toEqual(invalid('/0/use'))
    expect(judge(jws, [])).toEqual(malformed('header/kid'))
    expect(judge(jws, [certify(root, testKey(), kinds(application))])).toEqual(malformed('header/kid'))
    expect(judge(jws, [certify(testKey(), listKey, kinds(application))])).toEqual(invalid('/0/header/kid'))
    const past = { ...kinds(application), until: '2026-05-09T00:00:00Z' as Timestamp }
    expect(judge(jws, [certify(root, listKey, past)])).toMatchObject({ type: 'CertificateExpired' })
  })

  it('finds the chain of a list key among loose certificates, and keeps it', () => {
    const middle = testKey()
    const chain = [
      certify(middle, listKey, { use: 'service', systems: [REVOCATION_KINDS.application as SystemId] }),
      certify(root, middle, { use: 'service' }),
    ]
    const certificates = [certify(root, testKey()), 'no certificate', ...[...chain].reverse()]
    const accepted = acceptRevocationList({ root: createPublicKey(root), certificates, now: NOW }, signedList(listKey))
    expect(accepted).toMatchObject(E.right({ chain }))
  })

  it.each([
    ['an unknown member', { more: 1 }, '/more'],
    ['a version beyond 64 bits', { version: '18446744073709551616' }, '/version'],
    ['a version that is a number', { version: 1 }, '/version'],
    ['a version with a zero in front', { version: '01' }, '/version'],
    ['an entry that is no thumbprint', { entries: ['x'] }, '/entries/0'],
    ['a date that no calendar has', { issued: '2026-02-30T00:00:00Z' }, '/issued'],
    ['an update due before the issue', { nextUpdate: '2026-04-30T23:59:59Z' }, '/nextUpdate'],
    ['an issue more than a day ahead', { issued: '2026-05-11T00:00:01Z' }, '/issued'],
    ['another shape', { v: 2 }, '/v'],
  ])('RV-13: refuses %s as malformed', (_, members, where) => {
    expect(judge(signedAs({ ...payload, ...members }))).toEqual(malformed(where))
  })

  it('RV-13: refuses too many entries, and more text than a list may have', () => {
    const entries = (count: number): ReadonlyArray<string> => Array.from({ length: count }, () => name('a'))
    expect(judge(signedAs({ ...payload, entries: entries(10_001) }))).toEqual(malformed('/entries'))
    expect(judge(signedAs({ ...payload, entries: entries(10_000) }))).toBe('believed')
    expect(judge('A'.repeat(1024 * 1024 + 1))).toEqual(malformed('document'))
  })

  it.each([
    ['a key of its own', { jwk: {} }, 'header'],
    ['another algorithm', { alg: 'none' }, 'header/alg'],
    ['the kind of a license', { typ: 'custody-license+1' }, 'header/typ'],
  ])('RV-13: refuses a header with %s', (_, header, where) => {
    expect(judge(signedAs(payload, header))).toEqual(malformed(where))
  })

  it('refuses any changed character', () => {
    const jws = signedList(root, { entries: [name('a')] })
    for (let place = 0; place < jws.length; place += 1) {
      const other = jws[place] === 'A' ? 'Q' : 'A'
      expect(judge(`${jws.slice(0, place)}${other}${jws.slice(place + 1)}`)).not.toBe('believed')
    }
  })
})

describe('acceptRevocationInformation', () => {
  const accept = (jws: string, certificates: ReadonlyArray<string> = []) =>
    acceptRevocationInformation({ root: createPublicKey(root), certificates, now: NOW }, jws)

  it('gives back what was issued, and does not take a list for it', () => {
    const lists = [{ kind: 'device' as const, version: '3', digest: name('d') }]
    expect(accept(signedInformation(root, '9', lists))).toMatchObject(E.right({ document: { version: '9', lists } }))
    expect(accept(signedList(root))).toEqual(E.left(malformed('header/typ')))
    expect(judge(signedInformation(root, '9'))).toEqual(malformed('header/typ'))
  })

  it('believes a list key only where its certificate names the information', () => {
    const certificate = (id: string) => certify(root, listKey, { use: 'service', systems: [id as SystemId] })
    expect(accept(signedInformation(listKey, '1'), [certificate(INFORMATION_ID)])).toMatchObject(E.right({}))
    const other = accept(signedInformation(listKey, '1'), [certificate(REVOCATION_KINDS.device)])
    expect(other).toEqual(E.left(invalid('/0/systems')))
  })
})
