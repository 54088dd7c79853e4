import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { KeyId } from '@custody/core/identity'

import { aesChecksum, cocktailChecksum, keyMatchesHeader } from './key-checksum'

interface Case {
  readonly kid: string
  readonly contentKey: string
  readonly checksumAesCtr: string
  readonly checksumCocktailDigest20: string
  readonly checksumCocktailBuffer21: string
}

const { cases } = JSON.parse(
  readFileSync(join(__dirname, '../../../../../test/vectors/playready-keyseed.json'), 'utf8')
) as { readonly cases: ReadonlyArray<Case> }

const keyOf = (hex: string) => createSecretKey(Buffer.from(hex, 'hex'))
const idOf = (kid: string): KeyId => kid.replaceAll('-', '') as KeyId
const base64 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('base64')

describe('check values of a content key (content-ciphers §6)', () => {
  it.each(cases)('$kid: AESCTR and both readings of COCKTAIL are those of the vectors', (vector) => {
    const key = keyOf(vector.contentKey)
    expect(base64(aesChecksum(key, idOf(vector.kid)))).toBe(vector.checksumAesCtr)
    expect(base64(cocktailChecksum(key, 'digest20'))).toBe(vector.checksumCocktailDigest20)
    expect(base64(cocktailChecksum(key, 'buffer21'))).toBe(vector.checksumCocktailBuffer21)
  })

  it.each(cases)('$kid: a header tells its own key from every other', (vector) => {
    const keyId = idOf(vector.kid)
    const checks = [
      { keyId, algorithm: 'AESCTR', checksum: vector.checksumAesCtr },
      { keyId, algorithm: 'COCKTAIL', checksum: vector.checksumCocktailDigest20 },
      { keyId, algorithm: 'COCKTAIL', checksum: vector.checksumCocktailBuffer21 },
    ] as const
    const others = new Set(cases.map(({ contentKey }) => contentKey))
    for (const check of checks) {
      const matching = [...others].filter((each) => keyMatchesHeader(check, keyOf(each)))
      expect(matching).toEqual([vector.contentKey])
    }
  })

  it('one reading of COCKTAIL may be chosen', () => {
    const [vector] = cases
    if (vector === undefined) throw new Error('no vectors')
    const check = { keyId: idOf(vector.kid), algorithm: 'COCKTAIL', checksum: vector.checksumCocktailBuffer21 } as const
    const key = keyOf(vector.contentKey)
    expect(keyMatchesHeader(check, key, ['buffer21'])).toBe(true)
    expect(keyMatchesHeader(check, key, ['digest20'])).toBe(false)
  })

  it('depends on the key ID with AESCTR and not with COCKTAIL; a changed key matches nothing', () => {
    const [one, other] = cases
    if (one === undefined || other === undefined) throw new Error('no vectors')
    const key = keyOf(one.contentKey)
    const keyId = idOf(other.kid)
    expect(keyMatchesHeader({ keyId, algorithm: 'AESCTR', checksum: one.checksumAesCtr }, key)).toBe(false)
    expect(keyMatchesHeader({ keyId, algorithm: 'COCKTAIL', checksum: one.checksumCocktailDigest20 }, key)).toBe(true)
    const bytes = Buffer.from(one.contentKey, 'hex')
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
    for (const algorithm of ['AESCTR', 'COCKTAIL'] as const) {
      const checksum = algorithm === 'AESCTR' ? one.checksumAesCtr : one.checksumCocktailDigest20
      expect(keyMatchesHeader({ keyId: idOf(one.kid), algorithm, checksum }, createSecretKey(bytes))).toBe(false)
    }
  })

  it("reads Windows Media's own alphabet of base64", () => {
    const slashed = cases.find(({ checksumAesCtr }) => /[+/]/.test(checksumAesCtr))
    if (slashed === undefined) throw new Error('no vector with + or /')
    const checksum = slashed.checksumAesCtr.replaceAll('+', '!').replaceAll('/', '*')
    expect(checksum).not.toBe(slashed.checksumAesCtr)
    expect(keyMatchesHeader({ keyId: idOf(slashed.kid), algorithm: 'AESCTR', checksum }, keyOf(slashed.contentKey))).toBe(true)
  })

  it.each(['', 'AAAA', '?', 'EV/EKanLDy4', 'EV/EKanLDy4AAA=='])('%j is the check value of no key', (checksum) => {
    const [vector] = cases
    if (vector === undefined) throw new Error('no vectors')
    for (const algorithm of ['AESCTR', 'COCKTAIL'] as const) {
      expect(keyMatchesHeader({ keyId: idOf(vector.kid), algorithm, checksum }, keyOf(vector.contentKey))).toBe(false)
    }
  })

  it('keys of other lengths have none', () => {
    const keyId = idOf(cases[0]?.kid ?? '')
    expect(aesChecksum(keyOf('00'.repeat(7)), keyId)).toBeUndefined()
    expect(cocktailChecksum(keyOf('00'.repeat(22)), 'digest20')).toBeUndefined()
    expect(cocktailChecksum(keyOf('00'.repeat(7)), 'digest20')).toHaveLength(7)
  })
})
