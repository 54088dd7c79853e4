import { ACQUIRE_PATH, PAGE_PATH } from '@custody/core/acquisition'
import { utf8 } from '@custody/core/encoding'
import { serviceClient, type ServiceCall } from '@custody/core/exchange'
import type { Home } from '@custody/core/home'
import { presentCredential } from '@custody/core/individualization'
import { LicenseResponseDocument } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes } from '@custody/core/secret'

import { fail, succeed } from '../authority/testing/temporary-authority'
import { readOffers } from './offers'
import { openOfferKey } from './offer-key'
import { offerContent } from './offer-content'
import { eventsOf, licenseScene, newKeyId, QUICK, type LicenseScene } from './testing/license-scene'

type Response = ReturnType<typeof LicenseResponseDocument.encode>

describe('the routes of the license server', () => {
  let scene: LicenseScene
  let home: Home
  beforeEach(async () => {
    scene = await licenseScene('http')
    home = await scene.individualize(await scene.computer())
  })
  afterEach(() => scene.remove())

  const call = async (body: object, members: Partial<ServiceCall<Response>> = {}) => {
    const { transport, place, authority } = scene
    const client = serviceClient({ transport, clock: place.clock, random: systemRandom, wait: async () => undefined, pace: QUICK })
    const { credential, jws } = await succeed(presentCredential(home))
    const signing = await succeed(home.keystore.signing(credential.epoch))
    return client.call<Response>({
      service: 'license',
      authority: authority.name,
      signing: signing.key,
      path: ACQUIRE_PATH,
      body: () => utf8(JSON.stringify({ v: 1, credential: jws, ...body })),
      idem: 'once',
      keyFor: (kid) => authority.publicKey('license-signing', kid),
      codec: LicenseResponseDocument,
      signal: new AbortController().signal,
      ...members,
    })
  }
  const issued = async () => (await eventsOf(scene.authority.store.readAll())).filter(({ type }) => type === 'LicenseIssued').length

  it('a repeat is the same license, its key sealed anew; the same key with another body is refused', async () => {
    const [first, second] = [await scene.offer(), await scene.offer()]
    const one = await succeed(await call({ keyId: first.keyId }))
    const again = await succeed(await call({ keyId: first.keyId }))
    expect(again.body.document).toBe(one.body.document)
    expect(again.body.key).not.toBe(one.body.key)
    expect(await fail(await call({ keyId: second.keyId }))).toMatchObject({ type: 'ServiceRefused', reason: 'IdempotencyConflict' })
    expect(await issued()).toBe(1)
  })

  it('requests of one computer at the same time end with one license', async () => {
    const { keyId } = await scene.offer()
    const calls = await Promise.all(Array.from({ length: 8 }, (_, index) => call({ keyId }, { idem: `race-${index}` })))
    const answers = await Promise.all(calls.map((one) => succeed(one)))
    expect(new Set(answers.map(({ body }) => body.document)).size).toBe(1)
    expect(await issued()).toBe(1)
  })

  it('takes no request that another key signed, or for another service', async () => {
    const { keyId } = await scene.offer()
    const { key } = await succeed(home.keystore.issuer())
    expect(await fail(await call({ keyId }, { signing: key }))).toMatchObject({ reason: 'ProofInvalid' })
    expect(await fail(await call({ keyId }, { service: 'management' }))).toMatchObject({ reason: 'ProofInvalid' })
    const { jws } = await succeed(presentCredential(home))
    const altered = `${jws.slice(0, -3)}${jws.endsWith('AAA') ? 'QQQ' : 'AAA'}`
    expect(await fail(await call({ keyId, credential: altered }))).toMatchObject({ reason: 'CertificateInvalid' })
    expect(await issued()).toBe(0)
  })

  it('a later offer for the same content replaces the earlier one', async () => {
    const { keyId } = await scene.offer()
    await succeed(await call({ keyId }))
    await scene.offer({ keyId, mode: 'non-silent' })
    expect(await fail(await call({ keyId }, { idem: 'twice' }))).toMatchObject({ reason: 'NotSilent' })
  })

  it('keeps the key of an offer sealed, and for that offer only', async () => {
    const [one, other] = [await scene.offer(), await scene.offer()]
    const { state } = await succeed(readOffers(scene.authority.store))
    expect(state.byId.size).toBe(2)
    await succeed(openOfferKey(scene.authority, one))
    expect(await fail(openOfferKey(scene.authority, { ...one, keyId: other.keyId }))).toEqual({ type: 'SealBroken' })
    expect(await fail(openOfferKey(scene.authority, { ...one, offer: 'none' }))).toMatchObject({ type: 'KeystoreMissing' })
  })

  it('offers nothing that no license can say', async () => {
    const draft = { keyId: newKeyId(), conditions: { rights: [{ action: 'Play' as const }] }, mode: 'silent' as const }
    const offer = offerContent(scene.authority)
    const contentKey = secretFromBytes(new Uint8Array(16).fill(1))
    const short = secretFromBytes(new Uint8Array(5).fill(1))
    expect(await fail(offer({ ...draft, contentKey: short }))).toMatchObject({ type: 'BadInput', where: 'content key' })
    const twice = { rights: [{ action: 'Play' as const }, { action: 'Play' as const }] }
    expect(await fail(offer({ ...draft, contentKey, conditions: twice }))).toMatchObject({ type: 'LicenseMalformed' })
    await succeed(offer({ ...draft, contentKey }))
  })

  it('stand in the document of the services', async () => {
    const response = await scene.transport.send({ method: 'GET', path: '/openapi.json', headers: {} }, AbortSignal.timeout(5000))
    let text = ''
    for await (const part of response.body) text += Buffer.from(part).toString()
    const { paths } = JSON.parse(text) as { readonly paths: Readonly<Record<string, object>> }
    expect(Object.keys(paths)).toEqual(expect.arrayContaining([ACQUIRE_PATH, PAGE_PATH, '/v1/licenses/pickup', '/v1/licenses/page/accept']))
  })
})
