import { createPublicKey } from 'node:crypto'
import * as E from 'fp-ts/Either'

import type { CheckedChain } from '../certificate/checked-certificate'
import { certify, testKey } from '../certificate/testing/authority'
import { verifyChain } from '../certificate/verify-chain'
import { thumbprint } from '../signed/thumbprint'
import { isRevoked } from './is-revoked'
import type { RevocationKind } from './revocation-kind'
import { noRevocation, type RevocationState } from './revocation-state'

const NOW = Date.parse('2026-06-01T00:00:00Z') * 1000
const [root, middle, own] = [testKey(), testKey(), testKey()]
const expected = { root: createPublicKey(root), use: 'export' as const, now: NOW }
const chain = [certify(middle, own), certify(root, middle, { use: 'service' })]
const checked = (): CheckedChain => {
  const result = verifyChain(chain, expected)
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}
const listing = (kind: RevocationKind, ...entries: ReadonlyArray<string>): RevocationState => ({
  ...noRevocation,
  lists: new Map([[kind, { version: 1n, digest: '', issued: 0, nextUpdate: 0, entries: new Set(entries) }]]),
})

describe('isRevoked', () => {
  it('IM-4: every certificate of the chain is looked up', () => {
    expect(isRevoked(listing('device', thumbprint(own)), 'device', checked())).toBe(true)
    expect(isRevoked(listing('device', thumbprint(middle)), 'device', checked())).toBe(true)
    expect(isRevoked(listing('device', thumbprint(root)), 'device', checked())).toBe(false)
  })

  it('RV-10: the answer is listed or not, in the list that is asked for', () => {
    expect(isRevoked(listing('device', thumbprint(own)), 'application', checked())).toBe(false)
    expect(isRevoked(noRevocation, 'device', checked())).toBe(false)
  })

  it('RV-10: it proves nothing about signature or expiry, so those are judged first and apart', () => {
    const forged = verifyChain([certify(testKey(), own)], expected)
    expect(forged).toMatchObject(E.left({ type: 'CertificateInvalid' }))
    const late = verifyChain(chain, { ...expected, now: NOW + 366 * 24 * 3600 * 1_000_000 })
    expect(late).toMatchObject(E.left({ type: 'CertificateExpired' }))
    // The list knows neither: it has the same answer for the key, whatever its certificates are worth.
    expect(isRevoked(listing('device', thumbprint(middle)), 'device', checked())).toBe(true)
  })
})
