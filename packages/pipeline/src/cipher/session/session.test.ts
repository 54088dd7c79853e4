import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { bytesOf, hexOf, vectors } from '../testing/vectors'
import { FRAME_TAG, RUN_PREFIX, sessionGcm } from './session-gcm'
import { sessionRc4 } from './session-rc4'

interface SessionVectors {
  readonly samples: ReadonlyArray<{ readonly iv: string; readonly salt: string; readonly plaintext: string; readonly ciphertext: string }>
}
const { samples } = vectors('session-rc4.json') as SessionVectors

const salt = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

describe('IM-18, EX-15: the legacy session', () => {
  it('has vectors with several salts, the largest among them', () => {
    expect(samples).toHaveLength(9)
    expect(new Set(samples.map((one) => one.salt)).size).toBeGreaterThan(4)
  })

  it.each(samples.map((one, index) => [index, one] as const))('vector %i, both ways', (_, one) => {
    const session = sessionRc4(bytesOf(one.iv))
    const bytes = bytesOf(one.plaintext)
    session.apply(bytes, BigInt(one.salt))
    expect(hexOf(bytes)).toBe(one.ciphertext)
    session.apply(bytes, BigInt(one.salt))
    expect(hexOf(bytes)).toBe(one.plaintext)
  })

  it('IM-19: takes another reading of what the description leaves open, and gives other bytes then', () => {
    const under = (reading?: Parameters<typeof sessionRc4>[1]): string => {
      const bytes = new Uint8Array(16)
      sessionRc4(bytesOf('32b95d1d28586324b24e874232730ef1'), reading).apply(bytes, 1n)
      return hexOf(bytes)
    }
    const usual = { saltOrder: 'little-endian', keyBytes: 20, discarded: 0 } as const
    const readings = [{ ...usual, saltOrder: 'big-endian' as const }, { ...usual, keyBytes: 16 }, { ...usual, discarded: 768 }]
    expect(under(usual)).toBe(under())
    expect(new Set([under(), ...readings.map(under)]).size).toBe(4)
  })
})

describe('the session of a run', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => createSecretKey(bytes))
  const prefix = fc.uint8Array({ minLength: RUN_PREFIX, maxLength: RUN_PREFIX })
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })

  it('opens the frames that it sealed, and keeps sizes', () => {
    fc.assert(
      fc.property(key, prefix, salt, bytes, bytes, (runKey, run, one, sample, associated) => {
        const session = sessionGcm(runKey, run)
        const sealed = sample.slice()
        const tag = session.seal(sealed, { salt: one, associated })
        expect(tag).toHaveLength(FRAME_TAG)
        expect(session.open(sealed, { salt: one, associated }, tag)).toBe(true)
        expect(sealed).toEqual(sample)
      }),
      { numRuns: runs(100) }
    )
  })

  it('gives zeros for a frame with another bit, salt, column or run', () => {
    fc.assert(
      fc.property(key, prefix, salt, bytes, bytes, fc.nat(), (runKey, run, one, sample, associated, some) => {
        const session = sessionGcm(runKey, run)
        const sealed = sample.slice()
        const tag = session.seal(sealed, { salt: one, associated })
        const flipped = (from: Uint8Array): Uint8Array => from.map((byte, index) => (index === some % from.length ? byte ^ 1 : byte))
        const wrong: ReadonlyArray<() => readonly [boolean, Uint8Array]> = [
          () => opened(session, flipped(sealed), one, associated, tag),
          () => opened(session, sealed.slice(), one ^ 1n, associated, tag),
          () => opened(session, sealed.slice(), one, flipped(associated), tag),
          () => opened(session, sealed.slice(), one, associated, flipped(tag)),
          () => opened(session, sealed.slice(), one, associated, tag.subarray(1)),
          () => opened(sessionGcm(runKey, flipped(run)), sealed.slice(), one, associated, tag),
        ]
        for (const attempt of wrong) expect(attempt()).toEqual([false, new Uint8Array(sample.length)])
      }),
      { numRuns: runs(50) }
    )
  })

  const opened = (
    session: ReturnType<typeof sessionGcm>,
    sealed: Uint8Array,
    one: bigint,
    associated: Uint8Array,
    tag: Uint8Array
  ): readonly [boolean, Uint8Array] => [session.open(sealed, { salt: one, associated }, tag), sealed]
})
