import { scryptSync, createHmac } from 'node:crypto'

import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import { systemRandom } from '../random/system-random'
import { secretEquals, secretFromBytes } from '../secret/secret'
import { GUARD_SALT_LENGTH, guardKey } from './guard'

const passphrase = (text = 'correct horse') => secretFromBytes(utf8(text))

describe('the guard of a backup', () => {
  const salt = systemRandom.bytes(GUARD_SALT_LENGTH)

  it('is scrypt with N = 2^17, r = 8, p = 1 and one HKDF step', async () => {
    const strong = scryptSync('correct horse', salt, 32, { N: 131_072, r: 8, p: 1, maxmem: 2 ** 28 })
    const expected = createHmac('sha256', strong).update(tuple('custody/guard/1')).update(Uint8Array.of(1)).digest()
    expect(secretEquals(await guardKey(passphrase(), salt), secretFromBytes(expected))).toBe(true)
  })

  it('is another key for another passphrase, and for another salt', async () => {
    const key = await guardKey(passphrase(), salt)
    expect(secretEquals(key, await guardKey(passphrase('correct horsf'), salt))).toBe(false)
    expect(secretEquals(key, await guardKey(passphrase(), systemRandom.bytes(GUARD_SALT_LENGTH)))).toBe(false)
  })
})
