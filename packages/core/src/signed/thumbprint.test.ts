import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'

import { thumbprint } from './thumbprint'

/** @source RFC 7517, appendix A.2 (P-256) */
const published = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
}

describe('thumbprint', () => {
  it('RFC 7638, 3: is that of an independent implementation, of either half', async () => {
    const privateKey = createPrivateKey({ key: published, format: 'jwk' })
    const expected = await calculateJwkThumbprint(published)
    expect(thumbprint(privateKey)).toBe(expected)
    expect(thumbprint(createPublicKey(privateKey))).toBe(expected)
  })

  it('is that of an independent implementation for fresh keys, with leading zeros kept', async () => {
    for (let count = 0; count < 50; count++) {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      expect(thumbprint(publicKey)).toBe(await calculateJwkThumbprint(publicKey.export({ format: 'jwk' })))
    }
  })

  it('refuses other kinds of key, which is a bug', () => {
    expect(() => thumbprint(generateKeyPairSync('ed25519').publicKey)).toThrow(TypeError)
    expect(() => thumbprint(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)).toThrow(TypeError)
  })
})
