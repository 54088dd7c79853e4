import * as E from 'fp-ts/Either'

import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import { secretEquals, secretFromBytes, type Secret } from '../secret/secret'
import { unwrapLeafKey, wrapLeafKey, type LeafPlace } from './chain-key'

const secret = (fill: number, length: number): Secret => secretFromBytes(new Uint8Array(length).fill(fill))
const place: LeafPlace = {
  issuer: 'A'.repeat(43) as IssuerId,
  lid: '01890000-0000-7000-8000-000000000001' as LicenseId,
  keyId: '01'.repeat(16) as KeyId,
  uplink: '02'.repeat(16) as KeyId,
}
const broken = E.left({ type: 'SealBroken' })

describe('key of a leaf', () => {
  it.each([7, 16, 32])('LI-56: opens under the content key of its root, which has %i bytes', (length) => {
    const wrapped = wrapLeafKey(secret(1, length), place, secret(9, 56))
    expect(wrapped).toMatch(/^[\w-]{86}$/)
    const opened = unwrapLeafKey(secret(1, length), place, wrapped)
    expect(E.isRight(opened) && secretEquals(opened.right, secret(9, 56))).toBe(true)
  })

  it('LI-56: opens under no other root, and for no other leaf', () => {
    const wrapped = wrapLeafKey(secret(1, 16), place, secret(9, 56))
    expect(unwrapLeafKey(secret(2, 16), place, wrapped)).toEqual(broken)
    for (const other of [
      { ...place, issuer: 'B'.repeat(43) as IssuerId },
      { ...place, lid: '01890000-0000-7000-8000-000000000002' as LicenseId },
      { ...place, keyId: place.uplink },
      { ...place, uplink: place.keyId },
    ]) {
      expect(unwrapLeafKey(secret(1, 16), other, wrapped)).toEqual(broken)
    }
  })

  it('P-18: opens for no changed text', () => {
    const wrapped = wrapLeafKey(secret(1, 16), place, secret(9, 56))
    for (let at = 0; at < wrapped.length; at++) {
      const other = wrapped[at] === 'A' ? 'B' : 'A'
      expect(unwrapLeafKey(secret(1, 16), place, wrapped.slice(0, at) + other + wrapped.slice(at + 1))).toEqual(broken)
    }
    expect(unwrapLeafKey(secret(1, 16), place, '')).toEqual(broken)
  })
})
