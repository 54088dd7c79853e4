import { scryptSync } from 'node:crypto'

import { utf8 } from '../encoding/utf8'
import { passphraseKey } from './passphrase-key'
import { secretEquals, secretFromBytes } from './secret'

describe('the key of a passphrase', () => {
  it('is scrypt of 2^17 rounds over blocks of 8, and leaves the passphrase as it was', async () => {
    const passphrase = secretFromBytes(utf8('correct horse'))
    const salt = Uint8Array.from({ length: 16 }, (_, index) => index)
    const key = await passphraseKey(passphrase, salt)
    const expected = scryptSync('correct horse', salt, 32, { N: 131_072, r: 8, p: 1, maxmem: 2 ** 28 })
    expect(secretEquals(key, secretFromBytes(expected))).toBe(true)
    expect(secretEquals(passphrase, secretFromBytes(utf8('correct horse')))).toBe(true)
  })
})
