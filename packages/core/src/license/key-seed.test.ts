import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import type { KeyId } from '../identity/key-id'
import { secretFromBytes, withSecretBytes } from '../secret/secret'
import { contentKeyFromSeed } from './key-seed'

interface Case {
  readonly kid: string
  readonly keySeed: string
  readonly contentKey: string
}

const { cases } = JSON.parse(
  readFileSync(join(__dirname, '../../../../test/vectors/playready-keyseed.json'), 'utf8')
) as { readonly cases: ReadonlyArray<Case> }

describe('key seed', () => {
  it.each(cases)('LI-55: derives the published key of $kid', ({ kid, keySeed, contentKey }) => {
    const seed = secretFromBytes(Uint8Array.from(Buffer.from(keySeed, 'hex')))
    const key = contentKeyFromSeed(seed, kid.replaceAll('-', '') as KeyId)
    expect(E.isRight(key) && withSecretBytes(key.right, (bytes) => Buffer.from(bytes).toString('hex'))).toBe(contentKey)
  })

  it('LI-55: one seed has a key of its own for each key ID, the same each time, and another seed has others', () => {
    const keyOf = (seed: Uint8Array, kid: string) => {
      const key = contentKeyFromSeed(secretFromBytes(Uint8Array.from(seed)), kid as KeyId)
      if (E.isLeft(key)) throw new Error(key.left.expected)
      return withSecretBytes(key.right, (bytes) => Buffer.from(bytes).toString('hex'))
    }
    const seed = fc.uint8Array({ minLength: 30, maxLength: 30 })
    const kids = fc.uniqueArray(fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => Buffer.from(id).toString('hex')), {
      minLength: 2,
      maxLength: 9,
    })
    fc.assert(
      fc.property(seed, seed, kids, (one, other, ids) => {
        const keys = ids.map((id) => keyOf(one, id))
        expect(new Set(keys).size).toBe(ids.length)
        expect(ids.map((id) => keyOf(one, id))).toEqual(keys)
        if (Buffer.compare(one, other) !== 0) expect(ids.map((id) => keyOf(other, id)).filter((key) => keys.includes(key))).toEqual([])
      })
    )
  })

  it('refuses a short seed', () => {
    const seed = secretFromBytes(new Uint8Array(29))
    expect(contentKeyFromSeed(seed, '0'.repeat(32) as KeyId)).toMatchObject({ left: { type: 'BadInput', found: '29 bytes' } })
  })
})
