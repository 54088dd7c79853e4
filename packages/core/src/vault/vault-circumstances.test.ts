import { createPublicKey, type KeyObject } from 'node:crypto'

import { certify, testKey } from '../certificate/testing/authority'
import type { Home } from '../home/home'
import { openHome } from '../home/open-home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { timestampFromMicros, type Timestamp } from '../license/timestamp'
import { systemRandom } from '../random/system-random'
import { issueRevocationInformation, issueRevocationList } from '../revocation/issue-revocation'
import { storeRevocationData } from '../revocation/store-revocation-data'
import { thumbprint } from '../signed/thumbprint'
import { queryLicense } from './query-license'
import { reserveUse } from './reserve-use'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

const FROM = '2020-01-01T00:00:00Z' as Timestamp
const UNTIL = '2099-01-01T00:00:00Z' as Timestamp

describe('what a home answers under', () => {
  let place: TemporaryPlace
  let root: KeyObject
  let application: KeyObject
  let issuer: TestIssuer
  beforeEach(() => {
    place = temporaryPlace()
    ;[root, application, issuer] = [testKey(), testKey(), testIssuer()]
  })
  afterEach(() => place.remove())

  const certificate = (members: object = {}) => certify(root, application, { use: 'export', level: 1000, from: FROM, until: UNTIL, ...members })
  const opened = (chain?: ReadonlyArray<string>) =>
    place.open(place.directory, { authorityRoot: createPublicKey(root), ...(chain && { application: chain }) })
  const add = async (home: Home, members: object = {}) => {
    await succeed(trustIssuer(home)(issuer.jwk))
    const license = issuer.license({ members })
    await succeed(storeTestLicense(home)(license))
    return license
  }
  const ask = (home: Home, { keyId }: { readonly keyId: Parameters<ReturnType<typeof queryLicense>>[0]['keyId'] }) =>
    succeed(queryLicense(home)({ keyId, action: 'Play' }))
  const revoke = (home: Home, version: string, entry: KeyObject) => {
    const members = { kind: 'application', version, issued: FROM, nextUpdate: UNTIL, entries: [thumbprint(entry)] } as const
    return succeed(storeRevocationData(home)(issueRevocationList(root, members)))
  }

  it('RV-4: a revoked application may use no protected content, whatever its license says', async () => {
    const home = await opened([certificate()])
    const [plain, other] = [await add(home), await add(home, { priority: 5 })]
    await revoke(home, '1', testKey())
    expect(await ask(home, plain)).toMatchObject({ allowed: true })
    await revoke(home, '2', application)
    for (const license of [plain, other]) {
      expect(await ask(home, license)).toMatchObject({ allowed: false, refusals: [{ reason: 'CertificateRevoked', rule: 'RV-4' }] })
      expect(await succeed(reserveUse(home)({ keyId: license.keyId, action: 'Play' }))).toMatchObject({ type: 'Refused' })
    }
    // Another application of the same home is not concerned.
    expect(await ask(await opened(), plain)).toMatchObject({ allowed: true })
  })

  it('LI-23: states the level of its certificate, and none without one or after its end', async () => {
    const soon = timestampFromMicros(place.clock.now() + 3600 * 1_000_000)
    const home = await opened([certificate({ until: soon })])
    const license = await add(home, { requires: { application: 1000 } })
    expect(await ask(home, license)).toMatchObject({ allowed: true })
    expect(await ask(await opened(), license)).toMatchObject({ allowed: false, bits: 0x41 })
    expect(await ask(await opened([certificate({ level: 150 })]), license)).toMatchObject({ allowed: false, bits: 0x41 })
    place.clock.advance(7200)
    expect(await ask(home, license)).toMatchObject({ allowed: false, bits: 0x41 })
  })

  it('refuses to open with certificates that prove nothing', async () => {
    const { directory, machineFile, clock } = place
    const options = { directory, machineFile, clock, random: systemRandom, authorityRoot: createPublicKey(root) }
    const wrong = certify(testKey(), application, { use: 'export', from: FROM, until: UNTIL })
    expect(await fail(openHome({ ...options, application: [wrong] }))).toMatchObject({ type: 'CertificateInvalid' })
    const over = certificate({ until: '2021-01-01T00:00:00Z' })
    expect(await fail(openHome({ ...options, application: [over] }))).toMatchObject({ type: 'CertificateExpired' })
  })

  it('RV-6: states the version of the stored revocation information', async () => {
    const home = await opened()
    const license = await add(home, { requires: { revocation: '7' } })
    expect(await ask(home, license)).toMatchObject({ allowed: false, refusals: [{ reason: 'RevocationTooOld' }] })
    const information = issueRevocationInformation(root, { version: '7', issued: FROM, nextUpdate: UNTIL, lists: [] })
    await succeed(storeRevocationData(home)(information))
    expect(await ask(home, license)).toMatchObject({ allowed: true })
  })
})
