import { createSecretKey, type KeyObject } from 'node:crypto'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { bytesOf, hexOf, vectors } from '../testing/vectors'
import { commonEncryption, type CommonScheme, type SampleProtection } from './common-encryption'
import type { Pattern } from './pattern'
import type { SampleRanges } from './sample-ranges'

interface CencCase {
  readonly id: string
  readonly scheme: CommonScheme
  readonly key: string
  readonly iv?: string
  readonly constantIv?: string
  readonly pattern: Pattern
  readonly subsamples: ReadonlyArray<{ readonly clear: number; readonly protected: number }> | null
  readonly plaintext: string
  readonly ciphertext: string
}
interface CencVectors {
  readonly count: number
  readonly groups: ReadonlyArray<{ readonly cases: ReadonlyArray<CencCase> }>
}
const { count, groups } = vectors('cenc.json') as CencVectors
const cases = groups.flatMap((group) => group.cases)

const keyOf = (hex: string): KeyObject => createSecretKey(bytesOf(hex))
const rangesOf = (subsamples: ReadonlyArray<{ readonly clear: number; readonly protected: number }>): SampleRanges => ({
  clear: subsamples.map(({ clear }) => clear),
  protected: subsamples.map((one) => one.protected),
  first: 0,
  count: subsamples.length,
})
const protectionOf = ({ iv, constantIv, pattern, subsamples }: CencCase): SampleProtection => ({
  iv: bytesOf(iv ?? constantIv ?? ''),
  pattern,
  ...(subsamples && { ranges: rangesOf(subsamples) }),
})
const after = (work: (sample: Uint8Array, protection: SampleProtection) => void, bytes: Uint8Array, protection: SampleProtection) => {
  const sample = bytes.slice()
  work(sample, protection)
  return sample
}

describe('Common Encryption', () => {
  it('has every vector of the file to prove itself by, of every scheme', () => {
    expect(cases).toHaveLength(count)
    expect(new Set(cases.map(({ scheme }) => scheme))).toEqual(new Set(['cenc', 'cens', 'cbc1', 'cbcs']))
  })

  it.each(cases.map((each) => [each.id, each] as const))('%s', (_, each) => {
    const cipher = commonEncryption(each.scheme, keyOf(each.key))
    expect(hexOf(after(cipher.encrypt, bytesOf(each.plaintext), protectionOf(each)))).toBe(each.ciphertext)
    expect(hexOf(after(cipher.decrypt, bytesOf(each.ciphertext), protectionOf(each)))).toBe(each.plaintext)
  })

  const scheme = fc.constantFrom<CommonScheme>('cenc', 'cens', 'cbc1', 'cbcs')
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const subsample = fc.record({ clear: fc.nat(40), protected: fc.nat(200) })
  const pattern = fc.record({ crypt: fc.nat(3), skip: fc.nat(10) })
  const arbitrary = fc
    .record({
      scheme,
      subsamples: fc.array(subsample, { minLength: 1, maxLength: 5 }),
      pattern,
      key: bytes(16),
      iv: fc.constantFrom(8, 16),
    })
    .chain((made) => {
      const size = made.subsamples.reduce((sum, one) => sum + one.clear + one.protected, 0)
      return fc.record({ made: fc.constant(made), sample: bytes(size), iv: bytes(made.iv) })
    })

  it('opens what it sealed, whatever scheme, ranges and pattern, and never touches a clear byte', () => {
    fc.assert(
      fc.property(arbitrary, ({ made, sample, iv }) => {
        const protection = { iv, ranges: rangesOf(made.subsamples), pattern: made.pattern }
        for (const lastGroup of ['protected', 'clear'] as const) {
          const cipher = commonEncryption(made.scheme, createSecretKey(made.key), { lastGroup })
          const sealed = after(cipher.encrypt, sample, protection)
          expect(after(cipher.decrypt, sealed, protection)).toEqual(sample)
          let at = 0
          for (const { clear, protected: covered } of made.subsamples) {
            expect(sealed.subarray(at, at + clear)).toEqual(sample.subarray(at, at + clear))
            at += clear + covered
          }
        }
      }),
      { numRuns: runs(300) }
    )
  })

  const sealedBlocks = (lastGroup: 'protected' | 'clear', used: Pattern, blocks: number): ReadonlyArray<number> => {
    const cipher = commonEncryption('cbcs', createSecretKey(new Uint8Array(16).fill(1)), { lastGroup })
    const sealed = after(cipher.encrypt, new Uint8Array(blocks * 16), { iv: new Uint8Array(16), pattern: used })
    const isSealed = (block: number): boolean => sealed.subarray(block * 16, block * 16 + 16).some(Boolean)
    return Array.from({ length: blocks }, (_, block) => block).filter(isSealed)
  }

  it('protects the blocks of a last group that has too few, as the standard says, and leaves them where the reading says so', () => {
    expect(sealedBlocks('protected', { crypt: 2, skip: 3 }, 6)).toEqual([0, 1, 5])
    expect(sealedBlocks('clear', { crypt: 2, skip: 3 }, 6)).toEqual([0, 1])
  })

  it('protects every block under 0:0 and under 10:0', () => {
    expect(sealedBlocks('protected', { crypt: 0, skip: 0 }, 12)).toHaveLength(12)
    expect(sealedBlocks('protected', { crypt: 10, skip: 0 }, 12)).toHaveLength(12)
    expect(sealedBlocks('clear', { crypt: 10, skip: 0 }, 12)).toHaveLength(10)
  })

  it('refuses ranges that are not those of the sample, and vectors of another length', () => {
    const cipher = commonEncryption('cenc', createSecretKey(new Uint8Array(16)))
    const ranges = rangesOf([{ clear: 1, protected: 3 }])
    expect(() => after(cipher.decrypt, new Uint8Array(5), { iv: new Uint8Array(8), ranges })).toThrow(RangeError)
    expect(() => after(cipher.decrypt, new Uint8Array(4), { iv: new Uint8Array(9), ranges })).toThrow(RangeError)
  })
})
