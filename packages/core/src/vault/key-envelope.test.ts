import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import type { KeyId } from '../identity/key-id'
import { secretEquals, secretFromBytes, type Secret } from '../secret/secret'
import { envelopeGeneration, openEnvelope, sealEnvelope, type EnvelopeOwner } from './key-envelope'

const secret = (fill: number, length = 32): Secret => secretFromBytes(new Uint8Array(length).fill(fill))
const vault = { generation: 1, class: 'backup', key: secret(1) } as const
const owner: EnvelopeOwner = {
  type: 'license',
  issuer: 'issuer',
  lid: 'lid',
  keyId: '0102030405060708090aaabbccddeeff' as KeyId,
  docDigest: 'digest',
}
const broken = E.left({ type: 'SealBroken' })
const content = (length: number) => ({ key: secret(7, length), blind: secret(8, 16) })

describe('key envelope', () => {
  it.each([7, 16, 32])('carries a key of %i bytes in 69 bytes, so that its length does not show', (length) => {
    const envelope = sealEnvelope(vault, owner, content(length))
    expect(envelope).toHaveLength(69)
    expect(envelopeGeneration(envelope)).toBe(1)
    const opened = openEnvelope(vault, owner, envelope)
    expect(E.isRight(opened) && secretEquals(opened.right.key, secret(7, length))).toBe(true)
    expect(E.isRight(opened) && secretEquals(opened.right.blind, secret(8, 16))).toBe(true)
  })

  it('opens for no other license, document, key ID, vault key or generation', () => {
    const envelope = sealEnvelope(vault, owner, content(16))
    for (const other of [
      { ...owner, issuer: 'x' },
      { ...owner, lid: 'x' },
      { ...owner, keyId: '0'.repeat(32) as KeyId },
      { ...owner, docDigest: 'x' },
      { type: 'target', keyId: owner.keyId, useId: 'lid' } as const,
    ]) {
      expect(openEnvelope(vault, other, envelope)).toEqual(broken)
    }
    expect(openEnvelope({ ...vault, key: secret(2) }, owner, envelope)).toEqual(broken)
    expect(openEnvelope({ ...vault, generation: 2 }, owner, envelope)).toEqual(broken)
  })

  it('P-18: opens with no flipped bit', () => {
    const envelope = sealEnvelope(vault, owner, content(7))
    fc.assert(
      fc.property(fc.nat({ max: 69 * 8 - 1 }), (bit) => {
        const flipped = Uint8Array.from(envelope)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(openEnvelope(vault, owner, flipped)).toEqual(broken)
      })
    )
  })
})
