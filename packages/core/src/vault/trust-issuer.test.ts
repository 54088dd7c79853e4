import { createPublicKey, generateKeyPairSync } from 'node:crypto'

import { publicJwk } from '../certificate/public-key-jwk'
import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { IssuerId } from '../identity/issuer-id'
import { testIssuer } from './testing/test-issuer'
import { distrustIssuer, trustIssuer } from './trust-issuer'
import { trustedIssuers } from './trusted-issuers'

describe('issuers that the user adds', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  it('are known by the thumbprint of their key, in every process, beside the home itself', async () => {
    const { id, jwk } = testIssuer()
    expect(await succeed(trustIssuer(home)(jwk))).toBe(id)
    const own = await succeed(home.keystore.issuer())
    const known = await succeed(trustedIssuers(await place.open()))
    expect([...known.values()].map(({ issuer, origin }) => [issuer, origin])).toEqual([
      [own.kid, 'own'],
      [id, 'added'],
    ])
  })

  it('come with a public key on P-256 and nothing else', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicJwk(publicKey)
    const wrong = [
      privateKey.export({ format: 'jwk' }),
      generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
      { ...jwk, kid: 'x' },
      { ...jwk, y: jwk.x },
      'text',
      null,
    ]
    for (const key of wrong) expect(await fail(trustIssuer(home)(key))).toMatchObject({ type: 'BadInput', where: 'issuer key' })
    expect((await succeed(trustedIssuers(home))).size).toBe(1)
  })

  it('are not the home itself, which can be neither added nor withdrawn', async () => {
    const { key, kid } = await succeed(home.keystore.issuer())
    expect(await fail(trustIssuer(home)(publicJwk(createPublicKey(key))))).toMatchObject({ type: 'BadInput', where: 'issuer' })
    expect(await fail(distrustIssuer(home)(kid as IssuerId))).toMatchObject({ type: 'BadInput', where: 'issuer' })
  })

  it('can be withdrawn, once they were added', async () => {
    const { id, jwk } = testIssuer()
    expect(await fail(distrustIssuer(home)(id))).toMatchObject({ type: 'BadInput', found: id })
    await succeed(trustIssuer(home)(jwk))
    await succeed(distrustIssuer(home)(id))
    await succeed(distrustIssuer(home)(id))
    expect((await succeed(trustedIssuers(home))).has(id)).toBe(false)
  })
})
