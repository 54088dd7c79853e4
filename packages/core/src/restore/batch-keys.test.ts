import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { systemRandom } from '../random/system-random'
import type { KeyBlock } from '../license/key-block'
import { nonceSource } from '../secret/nonce-source'
import { secretEquals, secretFromBytes, type Secret } from '../secret/secret'
import { openBatchKeys, sealBatchKeys, type BatchKeyOwner } from './batch-keys'

const nonces = nonceSource(systemRandom)
const secret = (bytes: Uint8Array): Secret => secretFromBytes(Uint8Array.from(bytes))
const digest = (letter: string): string => letter.repeat(43)
const owner: BatchKeyOwner = { session: 's', mid: digest('m'), epoch: 1, idem: 'i', docDigests: [digest('A'), digest('B')] }
const transport = secret(new Uint8Array(32).fill(9))
const BROKEN = E.left({ type: 'SealBroken' })

const contentKeys = fc.constantFrom(7, 16, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
const blocks = fc.record({ key: contentKeys, blind: fc.uint8Array({ minLength: 16, maxLength: 16 }) })

describe('keys of a batch', () => {
  it('come back in order, under the same transport key and owner', () => {
    fc.assert(
      fc.property(fc.array(blocks, { maxLength: 5 }), (plain) => {
        const keys = plain.map(({ key, blind }): KeyBlock => ({ key: secret(key), blind: secret(blind) }))
        const opened = openBatchKeys(transport, owner, sealBatchKeys(transport, nonces, owner, keys))
        expect(E.isRight(opened) && opened.right.length === keys.length).toBe(true)
        if (E.isLeft(opened)) return
        for (const [index, { key, blind }] of opened.right.entries()) {
          expect(secretEquals(key, keys[index]?.key ?? transport)).toBe(true)
          expect(secretEquals(blind, keys[index]?.blind ?? transport)).toBe(true)
        }
      })
    )
  })

  const one = { key: secret(new Uint8Array(16).fill(1)), blind: secret(new Uint8Array(16).fill(2)) }
  const sealed = sealBatchKeys(transport, nonces, owner, [one])

  it.each([
    ['session', { session: 't' }],
    ['computer', { mid: digest('n') }],
    ['epoch', { epoch: 2 }],
    ['request', { idem: 'j' }],
    ['order of licenses', { docDigests: [digest('B'), digest('A')] }],
    ['number of licenses', { docDigests: [digest('A')] }],
  ])('do not open for another %s', (_, change) => {
    expect(openBatchKeys(transport, { ...owner, ...change }, sealed)).toEqual(BROKEN)
  })

  it('do not open under another transport key, nor from any other text', () => {
    expect(openBatchKeys(secret(new Uint8Array(32).fill(8)), owner, sealed)).toEqual(BROKEN)
    for (const text of ['A', 'AAAA', `${sealed}A`, sealed.slice(4), `${sealed}=`]) {
      expect(openBatchKeys(transport, owner, text)).toEqual(BROKEN)
    }
  })

  it('are another text each time: a nonce is never used twice', () => {
    expect(sealBatchKeys(transport, nonces, owner, [one])).not.toBe(sealed)
  })
})
