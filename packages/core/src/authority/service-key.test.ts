import { publicJwk } from '../certificate/public-key-jwk'
import { timestampFromMicros } from '../license/timestamp'
import { thumbprint } from '../signed/thumbprint'
import { issueTrustDocument } from './issue-trust-document'
import { acceptTrustDocument } from './accept-trust-document'
import { serviceKey, serviceKeys } from './service-key'
import { testKey, trustDraft } from './testing/test-trust'
import type { ServiceKeyUse, TrustDocument } from './trust-document'

const DAY = 86_400_000_000
const NOW = Date.parse('2026-06-01T00:00:00Z') * 1000
const at = (days: number) => timestampFromMicros(NOW + days * DAY)
const root = testKey()
const [old, present, future] = [testKey(), testKey(), testKey()]

const document = (): TrustDocument => {
  const use: ServiceKeyUse = 'management-sealing'
  const keys = [
    { use, key: publicJwk(old), from: at(-400), until: at(-30) },
    { use, key: publicJwk(present), from: at(-40) },
    { use, key: publicJwk(future), from: at(10) },
  ]
  const accepted = acceptTrustDocument(root, issueTrustDocument(root, trustDraft({ keys })))
  if (accepted._tag === 'Left') throw new Error(accepted.left.type)
  return accepted.right
}

describe('keys of a trust document', () => {
  const named = (days: number) => serviceKeys(document(), 'management-sealing', NOW + days * DAY).map(({ kid }) => kid)

  it('count from their beginning to their end, the newest first', () => {
    expect(named(-100)).toEqual([thumbprint(old)])
    expect(named(-35)).toEqual([thumbprint(present), thumbprint(old)])
    expect(named(0)).toEqual([thumbprint(present)])
    expect(named(20)).toEqual([thumbprint(future), thumbprint(present)])
  })

  it('are for one use each', () => {
    expect(serviceKeys(document(), 'management-signing', NOW)).toEqual([])
    expect(serviceKey(document(), 'management-signing', NOW, thumbprint(present))).toBeUndefined()
    expect(serviceKey(document(), 'management-sealing', NOW, thumbprint(present))).toBeDefined()
    expect(serviceKey(document(), 'management-sealing', NOW, thumbprint(old))).toBeUndefined()
  })
})
