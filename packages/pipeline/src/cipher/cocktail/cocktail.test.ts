import { createHash } from 'node:crypto'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { addSpan, noSpans, type Spans } from '../spans'
import { bytesOf, hexOf, vectors } from '../testing/vectors'
import { CIPHER_KEY } from './cipher-parts'
import { cocktailUnder, openCocktail } from './cocktail'
import { MOST_UNITS } from './workbench'

interface CocktailCase {
  readonly id: string
  readonly length: number
  readonly keyNote: string
  readonly key: string
  readonly plaintext: string
  readonly ciphertext: string
}
interface CocktailVectors {
  readonly count: number
  readonly cases: ReadonlyArray<CocktailCase>
  readonly trace: { readonly key: string; readonly plaintext: string; readonly ciphertext: string }
}
const { count, cases, trace } = vectors('cocktail.json') as CocktailVectors

const after = (work: (bytes: Uint8Array) => void, bytes: Uint8Array): Uint8Array => {
  const own = bytes.slice()
  work(own)
  return own
}
const key = fc.uint8Array({ minLength: CIPHER_KEY, maxLength: CIPHER_KEY })

describe('the classic content cipher', () => {
  it('has every vector of the file to prove itself by, of every length up to a few words', () => {
    expect(cases).toHaveLength(count)
    expect(new Set(cases.map(({ length }) => length)).size).toBeGreaterThan(30)
  })

  it.each(cases.map((each) => [each.id, each] as const))('%s', (_, { key: hex, plaintext, ciphertext }) => {
    const cipher = cocktailUnder(bytesOf(hex))
    expect(hexOf(after(cipher.encrypt, bytesOf(plaintext)))).toBe(ciphertext)
    expect(hexOf(after(cipher.decrypt, bytesOf(ciphertext)))).toBe(plaintext)
  })

  it('gives what the trace of the vectors ends with', () => {
    expect(hexOf(after(cocktailUnder(bytesOf(trace.key)).encrypt, bytesOf(trace.plaintext)))).toBe(trace.ciphertext)
  })

  it('makes its key of a content key by SHA-1', () => {
    const noted = cases.flatMap((each) => {
      const [, contentKey] = /^sha1 of 7-byte content key ([0-9a-f]{14})$/.exec(each.keyNote) ?? []
      return contentKey === undefined ? [] : [{ ...each, contentKey }]
    })
    expect(noted.length).toBeGreaterThan(0)
    for (const { contentKey, key: hex, plaintext, ciphertext } of noted) {
      expect(createHash('sha1').update(bytesOf(contentKey)).digest('hex')).toBe(hex)
      expect(hexOf(after(openCocktail(bytesOf(contentKey)).encrypt, bytesOf(plaintext)))).toBe(ciphertext)
    }
  })

  it('opens what it sealed, whatever the length', () => {
    fc.assert(
      fc.property(key, fc.uint8Array({ maxLength: 300 }), (bytes, clear) => {
        const cipher = cocktailUnder(bytes)
        expect(after(cipher.decrypt, after(cipher.encrypt, clear))).toEqual(clear)
      }),
      { numRuns: runs(200) }
    )
  })

  it('has one unit: a unit that is sealed in two parts opens in the same two parts only', () => {
    fc.assert(
      fc.property(key, fc.uint8Array({ minLength: 32, maxLength: 300 }), fc.nat(), (bytes, clear, some) => {
        const cipher = cocktailUnder(bytes)
        const cut = 16 + (some % (clear.length - 31))
        const sealed = clear.slice()
        cipher.encrypt(sealed, 0, cut)
        cipher.encrypt(sealed, cut)
        const [together, apart] = [sealed.slice(), sealed.slice()]
        cipher.decrypt(together)
        cipher.decrypt(apart, 0, cut)
        cipher.decrypt(apart, cut)
        expect(apart).toEqual(clear)
        expect(together).not.toEqual(clear)
      }),
      { numRuns: runs(100) }
    )
  })

  describe('many units at once', () => {
    const lengths = fc.array(fc.oneof(fc.nat(40), fc.nat(3000)), { maxLength: 12 })
    const laidOut = (some: ReadonlyArray<number>): { readonly clear: Uint8Array; readonly units: Spans } => {
      const units = noSpans()
      let at = 3
      for (const length of some) {
        addSpan(units, at, length)
        at += length + 1
      }
      return { clear: new Uint8Array(at).map((_, n) => n * 7), units }
    }
    const oneByOne = (work: (bytes: Uint8Array, at: number, end: number) => void, { at, length }: Spans) => (bytes: Uint8Array) => {
      at.forEach((from, index) => {
        work(bytes, from, from + (length[index] ?? 0))
      })
    }

    it('are what they are one by one, in both directions', () => {
      fc.assert(
        fc.property(key, lengths, (bytes, some) => {
          const cipher = cocktailUnder(bytes)
          const { clear, units } = laidOut(some)
          const sealed = after((own) => {
            cipher.encryptUnits(own, units)
          }, clear)
          expect(sealed).toEqual(after(oneByOne(cipher.encrypt, units), clear))
          const opened = after((own) => {
            cipher.decryptUnits(own, units)
          }, sealed)
          expect(opened).toEqual(after(oneByOne(cipher.decrypt, units), sealed))
          expect(opened).toEqual(clear)
        }),
        { numRuns: runs(100) }
      )
    })

    it('may be more than go through the block cipher in one call', () => {
      const cipher = cocktailUnder(new Uint8Array(CIPHER_KEY).fill(9))
      const { clear, units } = laidOut(Array.from({ length: 2 * MOST_UNITS + 1 }, (_, n) => 10 + (n % 20)))
      const sealed = clear.slice()
      cipher.encryptUnits(sealed, units)
      expect(sealed).toEqual(after(oneByOne(cipher.encrypt, units), clear))
      cipher.decryptUnits(sealed, units)
      expect(sealed).toEqual(clear)
    })
  })

  it('touches nothing beside the unit, and does nothing right once it is wiped', () => {
    const cipher = cocktailUnder(new Uint8Array(CIPHER_KEY).fill(7))
    const bytes = new Uint8Array(64)
    cipher.encrypt(bytes, 8, 48)
    expect(bytes.subarray(0, 8)).toEqual(new Uint8Array(8))
    expect(bytes.subarray(48)).toEqual(new Uint8Array(16))
    const before = bytes.slice()
    cipher.wipe()
    cipher.decrypt(bytes, 8, 48)
    expect(bytes.subarray(8, 48)).not.toEqual(new Uint8Array(40))
    expect(before).not.toEqual(bytes)
  })

  it('takes a key of 20 bytes', () => {
    expect(() => cocktailUnder(new Uint8Array(CIPHER_KEY - 1))).toThrow(RangeError)
  })
})
