import { createPublicKey } from 'node:crypto'
import * as E from 'fp-ts/Either'
import fc from 'fast-check'
import { lastValueFrom, toArray } from 'rxjs'

import { runs } from '../../../../test/gate/runs'
import { b64u } from '../encoding/b64u'
import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { IssuerChallenge } from '../license-revocation/issuer-challenge'
import { writeDeletionMessage } from '../license-revocation/deletion-message'
import { issuerPublicKey } from '../license-revocation/issuer-public-key'
import { issueLicenseRevocation, type RevocationNarrowing } from '../license-revocation/license-revocation'
import { acceptAcknowledgement } from '../license-revocation/revocation-acknowledgement'
import { issueRevocationList } from '../revocation/issue-revocation'
import { storeRevocationData } from '../revocation/store-revocation-data'
import { systemRandom } from '../random/system-random'
import type { Timestamp } from '../license/timestamp'
import { deleteLicense } from './delete-license'
import { processDeletionMessage } from './process-deletion-message'
import { queryLicense } from './query-license'
import { createRevocationChallenge, processRevocation, type ProcessRevocation } from './revoke-licenses'
import { licensesByLid } from './stored-licenses'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

const MACHINE = 'desk'

describe('taking licenses back', () => {
  let place: TemporaryPlace
  let home: Home
  let issuer: TestIssuer
  let other: TestIssuer
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    issuer = testIssuer()
    other = testIssuer()
    for (const { jwk } of [issuer, other]) await succeed(trustIssuer(home)(jwk))
  })
  afterEach(() => place.remove())

  const add = async (by: TestIssuer, uid?: string, more: object = {}): Promise<TestLicense> => {
    const license = by.license({ members: { revocable: { key: by.id, ...(uid !== undefined && { uid }) } }, ...more })
    await succeed(storeTestLicense(home)(license))
    return license
  }
  const has = async ({ lid }: Pick<TestLicense, 'lid'>) => (await succeed(licensesByLid(home)(lid))).length > 0
  const challengeOf = ({ jwk }: TestIssuer): IssuerChallenge => ({ v: 1, key: jwk, nonce: b64u(systemRandom.bytes(32)) })
  const asked = async (by: TestIssuer, ...narrowings: ReadonlyArray<RevocationNarrowing>): Promise<ProcessRevocation> => {
    const challenge = challengeOf(by)
    const answer = await succeed(createRevocationChallenge(home)({ challenge, machine: MACHINE }))
    return { challenge, answer, revocation: issueLicenseRevocation(by.key, answer, narrowings) }
  }
  const acknowledged = async (acknowledgement: string) => {
    const { key } = await succeed(home.keystore.signing(0))
    const accepted = acceptAcknowledgement(createPublicKey(key), acknowledgement)
    if (E.isLeft(accepted)) throw new Error(JSON.stringify(accepted.left))
    return accepted.right.removed.map(({ lid }) => lid)
  }
  const logged = async () => (await lastValueFrom(home.store.readAll().pipe(toArray()))).length

  describe('license revocation', () => {
    it('LI-50: challenge, answer, removal, signed acknowledgement', async () => {
      const [mine, foreign] = [await add(issuer), await add(other)]
      const { removed, acknowledgement } = await succeed(processRevocation(home)(await asked(issuer, {})))
      expect(removed).toEqual([{ issuer: issuer.id, lid: mine.lid }])
      expect(await acknowledged(acknowledgement)).toEqual([mine.lid])
      expect([await has(mine), await has(foreign)]).toEqual([false, true])
      expect(await succeed(home.store.state('key-envelope', `license/${issuer.id}/${mine.lid}`))).toBeUndefined()
      expect(await fail(storeTestLicense(home)(mine))).toEqual({ type: 'LicenseRevoked', lid: mine.lid })
    })

    it('LI-51: by key, key and UID, key and KID, or all three', async () => {
      const [a, b, c] = [await add(issuer, 'ann'), await add(issuer, 'bob'), await add(issuer)]
      const keyed = await add(issuer, 'ann', { keyId: b.keyId })
      await succeed(processRevocation(home)(await asked(issuer, { uid: 'ann', keyId: b.keyId })))
      expect(await Promise.all([a, b, c, keyed].map(has))).toEqual([true, true, true, false])
      await succeed(processRevocation(home)(await asked(issuer, { uid: 'ann' })))
      expect(await Promise.all([a, b, c].map(has))).toEqual([false, true, true])
      await succeed(processRevocation(home)(await asked(issuer, { keyId: b.keyId })))
      expect(await Promise.all([b, c].map(has))).toEqual([false, true])
      await succeed(processRevocation(home)(await asked(issuer, {})))
      expect(await has(c)).toBe(false)
    })

    it('LI-51 (inferred): a license without a revocation key cannot be revoked', async () => {
      const license = issuer.license()
      await succeed(storeTestLicense(home)(license))
      expect((await succeed(processRevocation(home)(await asked(issuer, {})))).removed).toEqual([])
      expect(await has(license)).toBe(true)
    })

    it('LI-52: the machine is named by the application, in 1 to 256 bytes', async () => {
      const challenge = challengeOf(issuer)
      expect(await fail(createRevocationChallenge(home)({ challenge, machine: '' }))).toMatchObject({ type: 'BadInput', where: 'machine id' })
      const answer = await succeed(createRevocationChallenge(home)({ challenge, machine: 'any name' }))
      expect(Buffer.from(answer.split('.')[1] ?? '', 'base64url').toString()).toContain('any name')
    })

    it('LI-53, decision: is acknowledged also when nothing matched', async () => {
      const { removed, acknowledgement } = await succeed(processRevocation(home)(await asked(issuer, { uid: 'nobody' })))
      expect(removed).toEqual([])
      expect(await acknowledged(acknowledgement)).toEqual([])
    })

    it('LI-53, decision: a bad signature changes nothing and yields no acknowledgement', async () => {
      const mine = await add(issuer)
      const request = await asked(issuer, {})
      const parts = request.revocation.split('.')
      const forged = [...parts.slice(0, 2), (await asked(issuer, {})).revocation.split('.')[2]].join('.')
      const before = await logged()
      expect(await fail(processRevocation(home)({ ...request, revocation: forged }))).toEqual({ type: 'LicenseSignatureInvalid' })
      expect([await logged(), await has(mine)]).toEqual([before, true])
    })

    it('P-27: another key’s message, and an answer to another challenge, change nothing', async () => {
      const mine = await add(issuer)
      const request = await asked(issuer, {})
      const before = await logged()
      const foreign = issueLicenseRevocation(other.key, request.answer, [{}])
      expect(await fail(processRevocation(home)({ ...request, revocation: foreign }))).toMatchObject({ type: 'LicenseIssuerUnknown' })
      const second = await asked(issuer, {})
      for (const mixed of [
        { ...request, revocation: second.revocation },
        { ...request, answer: second.answer },
        { ...request, challenge: challengeOf(other) },
        { ...request, challenge: challengeOf(issuer) },
      ]) {
        expect(['LicenseDeletionFailed', 'LicenseIssuerUnknown']).toContain((await fail(processRevocation(home)(mixed))).type)
      }
      expect([await logged(), await has(mine)]).toEqual([before, true])
    })

    it('P-27: whatever is held and stated, licenses of another key stay', async () => {
      const choice = fc.record({ mine: fc.boolean(), uid: fc.constantFrom('ann', 'bob', undefined), deleted: fc.boolean() })
      const narrowing = fc.record({ uid: fc.constantFrom('ann', 'bob', undefined), everything: fc.boolean() })
      await fc.assert(
        fc.asyncProperty(fc.array(choice, { maxLength: 6 }), narrowing, async (choices, { uid, everything }) => {
          const licenses = await Promise.all(
            choices.map(async ({ mine, uid: own }) => ({ mine, uid: own, license: await add(mine ? issuer : other, own) }))
          )
          const request = await asked(issuer, everything || uid === undefined ? {} : { uid })
          await succeed(processRevocation(home)(request))
          for (const { mine, uid: own, license } of licenses) {
            expect(await has(license)).toBe(!(mine && (everything || uid === undefined || uid === own)))
          }
        }),
        { numRuns: runs(10) }
      )
    }, 120_000)

    it('R12: presented again, it takes nothing more and acknowledges the same', async () => {
      const first = await add(issuer)
      const request = await asked(issuer, {})
      await succeed(processRevocation(home)(request))
      const later = await add(issuer)
      const again = await succeed(processRevocation(home)(request))
      expect(await acknowledged(again.acknowledgement)).toEqual([first.lid])
      expect(await has(later)).toBe(true)
    })

    it('remembers what was deleted before: it does not come back', async () => {
      const license = issuer.license({ members: { persist: 'temporary', revocable: { key: issuer.id } } })
      await succeed(storeTestLicense(home)(license))
      await succeed(deleteLicense(home)({ lid: license.lid }))
      await succeed(processRevocation(home)(await asked(issuer, {})))
      expect(await fail(storeTestLicense(home)(license))).toEqual({ type: 'LicenseRevoked', lid: license.lid })
    })

    it('RV-15: says nothing about components, nor does their revocation about licenses', async () => {
      const certified = await place.open(place.directory, { authorityRoot: createPublicKey(other.key) })
      const mine = await add(issuer)
      const [issued, nextUpdate] = ['2026-01-01T00:00:00Z' as Timestamp, '2099-01-01T00:00:00Z' as Timestamp]
      const list = issueRevocationList(other.key, { kind: 'application', version: '1', issued, nextUpdate, entries: [issuer.id] })
      await succeed(storeRevocationData(certified)(list))
      expect(await succeed(queryLicense(certified)({ keyId: mine.keyId, action: 'Play' }))).toMatchObject({ allowed: true })
      const unnamed = issuer.license()
      await succeed(storeTestLicense(home)(unnamed))
      await succeed(processRevocation(home)(await asked(issuer, {})))
      expect([await has(mine), await has(unnamed)]).toEqual([false, true])
      expect(await succeed(queryLicense(home)({ keyId: unnamed.keyId, action: 'Play' }))).toMatchObject({ allowed: true })
    })
  })

  describe('the deletion message', () => {
    const own = async () => {
      const { kid, key } = await succeed(home.keystore.issuer())
      const conditions = { rights: [{ action: 'Play' as const }], revocable: { key: kid } }
      return { publicKey: issuerPublicKey(createPublicKey(key)), license: await succeed(protectLicense(home)({ conditions })) }
    }
    const send = (bytes: Uint8Array) => processDeletionMessage(home)(bytes)

    it('LI-48, IM-25: removes licenses that were created here, by key, narrowed by LID and KID', async () => {
      const { publicKey, license: first } = await own()
      const { license: second } = await own()
      const { license: third } = await own()
      expect(await succeed(send(writeDeletionMessage(publicKey, { lid: first.lid })))).toEqual([{ issuer: first.issuer, lid: first.lid }])
      await succeed(send(writeDeletionMessage(publicKey, { keyId: second.keyId })))
      expect(await Promise.all([first, second, third].map(has))).toEqual([false, false, true])
      await succeed(send(writeDeletionMessage(publicKey)))
      expect(await has(third)).toBe(false)
      const events = await lastValueFrom(home.store.read(`license-${first.issuer}-${first.lid}`).pipe(toArray()))
      expect(events.at(-1)).toMatchObject({ type: 'LicenseDeleted', data: { why: 'message' } })
    })

    it('LI-49, decision: fails when nothing matches', async () => {
      const { publicKey, license } = await own()
      const failed = { type: 'LicenseDeletionFailed' }
      expect(await fail(send(writeDeletionMessage(publicKey, { uid: 'ann' })))).toMatchObject(failed)
      expect(await fail(send(writeDeletionMessage(publicKey, { lid: license.lid, keyId: '00'.repeat(16) as never })))).toMatchObject(failed)
      await succeed(send(writeDeletionMessage(publicKey)))
      expect(await fail(send(writeDeletionMessage(publicKey)))).toMatchObject(failed)
    })

    it('P-27: has no signature, so licenses of other issuers are out of its reach', async () => {
      const foreign = await add(other)
      expect(await fail(send(writeDeletionMessage(issuerPublicKey(createPublicKey(other.key)))))).toMatchObject({ type: 'LicenseDeletionFailed' })
      expect(await has(foreign)).toBe(true)
    })

    it('refuses a message that is none', async () => {
      expect(await fail(send(Buffer.from('<response/>')))).toMatchObject({ type: 'BadInput' })
    })
  })
})
