import { hex } from '../encoding/hex'
import type { Random } from '../random/random'
import { systemRandom } from '../random/system-random'
import { sealGcm } from './gcm'
import { MAX_SEALS, nonceSource, type NonceSource } from './nonce-source'
import { secretFromBytes, type Secret } from './secret'

const keyOf = (byte: number): Secret => secretFromBytes(new Uint8Array(32).fill(byte))
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text))
/** A generator that stands still, as one does whose seed is lost. */
const standing: Random = { bytes: (length) => new Uint8Array(length).fill(7) }

describe('nonceSource', () => {
  it('R14: no nonce comes twice under a key, over several sources', () => {
    const key = keyOf(1)
    const sources = [nonceSource(systemRandom), nonceSource(systemRandom)]
    const drawn = Array.from({ length: 100_000 }, (_, at) => hex(sources[at % 2]?.(key) ?? new Uint8Array()))
    expect(new Set(drawn).size).toBe(drawn.length)
    expect(drawn.every((nonce) => nonce.length === 24)).toBe(true)
  })

  it('R14: a key seals no more often than the birthday bound allows, whichever source is asked', () => {
    const [key, other] = [keyOf(1), keyOf(2)]
    for (let count = 0; count < 3; count += 1) nonceSource(systemRandom, 3)(key)
    expect(() => nonceSource(systemRandom, 3)(key)).toThrow('must be replaced')
    expect(nonceSource(systemRandom, 3)(other)).toHaveLength(12)
  })

  it('R14: the bound is 2^32 where none is given', () => {
    // NIST SP 800-38D, section 8.3
    expect(MAX_SEALS).toBe(4_294_967_296)
  })

  it('R14: a generator that stands still is noticed at the second seal', () => {
    const key = keyOf(1)
    sealGcm(key, nonceSource(standing), bytes('first'), bytes(''))
    expect(() => sealGcm(key, nonceSource(standing), bytes('other'), bytes(''))).toThrow('repeats itself')
  })

  it('R14, defence off: under one nonce two seals give away the difference of their texts', () => {
    const undefended: NonceSource = () => standing.bytes(12)
    const key = keyOf(1)
    const [known, unknown] = [bytes('what everybody knows'), bytes('what nobody may know')]
    const seals = [known, unknown].map((plain) => sealGcm(key, undefended, plain, bytes('')).sealed)
    const found = known.map((byte, at) => byte ^ (seals[0]?.[at] ?? 0) ^ (seals[1]?.[at] ?? 0))
    expect(Buffer.from(found).toString()).toBe('what nobody may know')
    const defended = [known, unknown].map((plain) => sealGcm(key, nonceSource(systemRandom), plain, bytes('')).sealed)
    const nothing = known.map((byte, at) => byte ^ (defended[0]?.[at] ?? 0) ^ (defended[1]?.[at] ?? 0))
    expect(Buffer.from(nothing).toString()).not.toBe('what nobody may know')
  })
})
