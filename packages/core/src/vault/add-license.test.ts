import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { lastValueFrom, toArray } from 'rxjs'

import { certify, testKey } from '../certificate/testing/authority'
import { b64u } from '../encoding/b64u'
import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { deliverKey } from '../license/key-delivery'
import type { LicenseResponse } from '../license/license-response'
import { timestampFromMicros, type Timestamp } from '../license/timestamp'
import { issueRevocationList } from '../revocation/issue-revocation'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { addLicense } from './add-license'
import { queryLicense } from './query-license'
import { reserveUse } from './reserve-use'
import { licensesByKey } from './stored-licenses'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { distrustIssuer, trustIssuer } from './trust-issuer'
import { trustedIssuers } from './trusted-issuers'

const LONG = { from: '2020-01-01T00:00:00Z' as Timestamp, until: '2099-01-01T00:00:00Z' as Timestamp }
const OVER = { from: '2020-01-01T00:00:00Z' as Timestamp, until: '2021-01-01T00:00:00Z' as Timestamp }
const NOTHING_MORE = { certificates: [], revocation: [] }

describe('adding a license', () => {
  let place: TemporaryPlace
  let home: Home
  let root: KeyObject
  let issuer: TestIssuer
  beforeEach(async () => {
    place = temporaryPlace()
    root = testKey()
    home = await place.open(place.directory, { authorityRoot: createPublicKey(root) })
    issuer = testIssuer()
  })
  afterEach(() => place.remove())

  const certificate = (members: object = {}) => certify(root, issuer.key, { use: 'issuer', ...LONG, ...members })
  const digestOf = (document: string) => b64u(createHash('sha256').update(document.slice(0, document.lastIndexOf('.'))).digest())

  /** What a license server answers this home with. */
  const response = async (
    { lid, document, content }: TestLicense,
    members: Partial<LicenseResponse> = { certificates: [certificate()] },
    epoch = 0
  ): Promise<LicenseResponse> => {
    const { key } = await succeed(home.keystore.agreement(0))
    const delivered = await deliverKey(createPublicKey(key), epoch, { lid, docDigest: digestOf(document) }, content)()
    return { document, key: delivered, ...NOTHING_MORE, ...members }
  }
  const add = (answer: LicenseResponse, by = home) => succeed(addLicense(by)(answer))
  const refused = (answer: LicenseResponse, by = home) => fail(addLicense(by)(answer))
  const play = (license: TestLicense, by = home) => succeed(queryLicense(by)({ keyId: license.keyId, action: 'Play' }))
  const logged = async () => (await lastValueFrom(home.store.readAll().pipe(toArray()))).map(({ type }) => type)

  it('takes the license of a certified issuer in, with its key, and answers a repeat with what it has', async () => {
    const license = issuer.license()
    const answer = await response(license)
    const names = { issuer: issuer.id, lid: license.lid, keyId: license.keyId }
    expect(await add(answer)).toEqual({ ...names, alreadyHeld: false })
    expect(await play(license)).toMatchObject({ allowed: true, license: { lid: license.lid } })
    expect(await succeed(reserveUse(home)({ keyId: license.keyId, action: 'Play' }))).toMatchObject({ type: 'Reserved' })
    const before = await logged()
    expect(await add(answer)).toEqual({ ...names, alreadyHeld: true })
    expect(await logged()).toEqual(before)
  })

  it('believes its issuer’s later licenses without certificates, in another process too, and not under another root', async () => {
    const [first, second] = [issuer.license(), issuer.license()]
    await add(await response(first))
    await add(await response(second, {}))
    const known = await succeed(trustedIssuers(home))
    expect(known.get(issuer.id)?.origin).toBe('certified')
    const other = await place.open(place.directory, { authorityRoot: createPublicKey(testKey()) })
    expect(await play(first, other)).toMatchObject({ allowed: false, refusals: [{ reason: 'LicenseIssuerUnknown' }] })
    expect(await play(first, await place.open())).toMatchObject({ allowed: false })
  })

  it('a license outlasts the certificate of its issuer, but a new one needs a certificate that is good', async () => {
    const [first, second] = [issuer.license(), issuer.license()]
    const soon = timestampFromMicros(place.clock.now() + 3600 * 1_000_000)
    await add(await response(first, { certificates: [certificate({ until: soon })] }))
    place.clock.advance(7200)
    expect(await play(first)).toMatchObject({ allowed: true })
    expect(await refused(await response(second, {}))).toMatchObject({ type: 'CertificateExpired' })
    expect(await add(await response(second))).toMatchObject({ alreadyHeld: false })
  })

  it('believes an issuer that the user added, until he takes that back', async () => {
    const license = issuer.license()
    const answer = await response(license, {})
    expect(await refused(answer)).toEqual({ type: 'LicenseIssuerUnknown', issuer: issuer.id })
    await succeed(trustIssuer(home)(issuer.jwk))
    await add(answer)
    expect(await play(license)).toMatchObject({ allowed: true })
    await succeed(distrustIssuer(home)(issuer.id))
    expect(await play(license)).toMatchObject({ allowed: false, refusals: [{ reason: 'LicenseIssuerUnknown' }] })
    const more = await response(issuer.license())
    expect(await refused(more)).toEqual({ type: 'LicenseIssuerUnknown', issuer: issuer.id })
    await succeed(trustIssuer(home)(issuer.jwk))
    expect(await play(license)).toMatchObject({ allowed: true })
  })

  it('RV-2: what a license brings of revocation holds for the license itself', async () => {
    const list = (version: string, entries: ReadonlyArray<string>) =>
      issueRevocationList(root, {
        kind: 'issuer',
        version,
        issued: LONG.from,
        nextUpdate: LONG.until,
        entries: [...entries],
      })
    const [before, after] = [issuer.license(), issuer.license()]
    await add(await response(before))
    const answer = await response(after, { certificates: [certificate()], revocation: [list('2', [issuer.id])] })
    const revoked = { type: 'LicenseIssuerRevoked', issuer: issuer.id }
    expect(await refused(answer)).toEqual(revoked)
    expect(await play(before)).toMatchObject({ allowed: false, refusals: [{ reason: 'LicenseIssuerRevoked' }] })
    // An older list comes with an older license and changes nothing.
    expect(await refused(await response(after, { certificates: [certificate()], revocation: [list('1', [])] }))).toEqual(revoked)
  })

  it('RV-2: an issuer whose certifier was revoked is revoked too', async () => {
    const service = testKey()
    const certificates = [certify(root, service, { use: 'service', ...LONG }), certify(service, issuer.key, { use: 'issuer', ...LONG })]
    const license = issuer.license()
    await add(await response(license, { certificates }))
    expect(await play(license)).toMatchObject({ allowed: true })
    const entries = [thumbprint(service)]
    const members = { kind: 'issuer', version: '1', issued: LONG.from, nextUpdate: LONG.until, entries } as const
    await refused(await response(issuer.license(), { certificates, revocation: [issueRevocationList(root, members)] }))
    expect(await play(license)).toMatchObject({ allowed: false, refusals: [{ reason: 'LicenseIssuerRevoked' }] })
  })

  describe('refuses, and stores nothing,', () => {
    const cases: ReadonlyArray<readonly [string, object, () => Promise<LicenseResponse>]> = [
      ['a document that is too large', { type: 'LicenseTooLarge' }, async () => response({ ...issuer.license(), document: 'a'.repeat(20_000) })],
      ['text that is no JWS', { type: 'LicenseMalformed', where: 'document' }, async () => response({ ...issuer.license(), document: 'a.b' })],
      [
        'a document of another kind',
        { type: 'LicenseMalformed', where: 'header/typ' },
        async () => response({ ...issuer.license(), document: signDocument(issuer.key, { typ: 'custody-cert+1', kid: issuer.id }, {}) }),
      ],
      ['an unknown issuer', { type: 'LicenseIssuerUnknown' }, async () => response(issuer.license(), {})],
      ['a certificate for another use', { type: 'CertificateInvalid' }, async () => response(issuer.license(), { certificates: [certificate({ use: 'export' })] })],
      ['a certificate that ended', { type: 'CertificateExpired' }, async () => response(issuer.license(), { certificates: [certificate(OVER)] })],
      [
        'a certificate under another root',
        { type: 'CertificateInvalid' },
        async () => response(issuer.license(), { certificates: [certify(testKey(), issuer.key, { use: 'issuer', ...LONG })] }),
      ],
      [
        'a signature that does not hold',
        { type: 'LicenseSignatureInvalid' },
        async () => {
          const license = issuer.license()
          const parts = license.document.split('.')
          return response({ ...license, document: [...parts.slice(0, 2), issuer.license().document.split('.')[2]].join('.') })
        },
      ],
      [
        'an unknown member',
        { type: 'LicenseMalformed', where: '/more' },
        async () => response(issuer.license({ members: { more: 1 } })),
      ],
      ['a version of the future', { type: 'LicenseVersionUnknown' }, async () => response(issuer.license({ members: { v: 2 } }))],
      ['an unknown right', { type: 'LicenseMalformed' }, async () => response(issuer.license({ members: { rights: [{ action: 'Fly' }] } }))],
      ['an absurd count', { type: 'LicenseMalformed' }, async () => response(issuer.license({ members: { rights: [{ action: 'Play', windows: [{ count: 0 }] }] } }))],
      ['a date that no calendar has', { type: 'LicenseMalformed' }, async () => response(issuer.license({ members: { issued: '2026-02-30T00:00:00Z' } }))],
      ['a license of the day after tomorrow', { type: 'LicenseMalformed', where: '/issued' }, async () => response(issuer.license({ members: { issued: '2099-01-01T00:00:00Z' } }))],
      ['both kinds of hours', { type: 'LicenseMalformed' }, async () => response(issuer.license({ members: { afterFirstUseHours: 1, afterStoreHours: 1 } }))],
      ['a license without its key', { type: 'BadInput' }, async () => ({ ...NOTHING_MORE, document: issuer.license().document, certificates: [certificate()] })],
      ['another license’s key', { type: 'KeyMismatch' }, async () => response({ ...issuer.license(), content: issuer.license().content })],
      ['a key for another epoch', { type: 'SealBroken' }, async () => response(issuer.license(), { certificates: [certificate()] }, 1)],
      [
        'a key that was sealed for another license',
        { type: 'SealBroken' },
        async () => {
          const { key } = await response(issuer.license())
          return { ...(await response(issuer.license())), ...(key !== undefined && { key }) }
        },
      ],
    ]
    it.each(cases)('%s', async (_, fault, answer) => {
      const before = await logged()
      expect(await refused(await answer())).toMatchObject(fault)
      expect(await logged()).toEqual(before)
    })

    it('another document under a name that is held', async () => {
      const license = issuer.license()
      await add(await response(license))
      const other = issuer.license({ lid: license.lid, keyId: license.keyId })
      expect(await refused(await response(other))).toEqual({ type: 'LicenseExists', lid: license.lid })
    })

    it('the same license id of another issuer is another license', async () => {
      const license = issuer.license()
      await add(await response(license))
      const stranger = testIssuer()
      await succeed(trustIssuer(home)(stranger.jwk))
      await add(await response(stranger.license({ lid: license.lid, keyId: license.keyId }), {}))
      expect(await succeed(licensesByKey(home)(license.keyId))).toHaveLength(2)
    })
  })

  describe('of a chain', () => {
    const rootLicense = () => issuer.license({ members: { chain: { role: 'root' } } })
    const leafResponse = ({ document }: TestLicense): LicenseResponse => ({ document, ...NOTHING_MORE, certificates: [certificate()] })

    it('LI-56: needs no key of its own for a leaf, whether its root is here or comes later', async () => {
      const top = rootLicense()
      const leaf = issuer.license({ root: top })
      await add(leafResponse(leaf))
      expect(await play(leaf)).toMatchObject({ allowed: false, bits: 0x1001 })
      await add(await response(top))
      expect(await play(leaf)).toMatchObject({ allowed: true })
      await add(leafResponse(issuer.license({ root: top })))
    })

    it('LI-59: refuses a leaf that hangs on a leaf', async () => {
      const top = rootLicense()
      const middle = issuer.license({ root: top })
      await add(await response(top))
      await add(leafResponse(middle))
      expect(await refused(leafResponse(issuer.license({ root: middle })))).toEqual({ type: 'ChainTooLong', keyId: middle.keyId })
    })

    it('P6: refuses a leaf whose key is not the one that it commits to, once its root is at hand', async () => {
      const top = rootLicense()
      const forged = issuer.license({ root: top, members: { commit: 'A'.repeat(43) } })
      await add(leafResponse(forged))
      await add(await response(top))
      const asked = fail(reserveUse(home)({ keyId: forged.keyId, action: 'Play' }))
      expect(await asked).toEqual({ type: 'KeyMismatch' })
      expect(await refused(leafResponse(issuer.license({ root: top, members: { commit: 'A'.repeat(43) } })))).toEqual({ type: 'KeyMismatch' })
    })
  })
})
