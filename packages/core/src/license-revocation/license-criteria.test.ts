import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { LicenseDocument } from '../license/license-document'
import { meetsCriteria } from './license-criteria'

const [mine, other] = [`${'a'.repeat(42)}A`, `${'b'.repeat(42)}A`]
const [keyId, otherKeyId] = ['00'.repeat(16) as KeyId, '01'.repeat(16) as KeyId]
const [lid, otherLid] = ['0190c42e-8c5e-7000-8000-000000000001', '0190c42e-8c5e-7000-8000-000000000002'] as const
const license = (revocable?: LicenseDocument['revocable']) => ({
  document: { ...(revocable !== undefined && { revocable }) } as LicenseDocument,
  keyId,
  lid: lid as LicenseId,
})

describe('meetsCriteria', () => {
  it.each([
    ['key', { key: mine }],
    ['key + UID', { key: mine, uid: 'u' }],
    ['key + KID', { key: mine, keyId }],
    ['key + UID + KID', { key: mine, uid: 'u', keyId }],
  ])('LI-51: a license meets %s', (_, criteria) => {
    expect(meetsCriteria(license({ key: mine, uid: 'u' }), criteria)).toBe(true)
  })

  it.each([
    ['another key', { key: other }],
    ['another key with all the rest right', { key: other, uid: 'u', keyId, lid: lid as LicenseId }],
    ['another UID', { key: mine, uid: 'v' }],
    ['another KID', { key: mine, keyId: otherKeyId }],
    ['another LID', { key: mine, lid: otherLid as LicenseId }],
    ['one of two', { key: mine, uid: 'u', keyId: otherKeyId }],
  ])('LI-49 (inferred), P-27: %s does not match', (_, criteria) => {
    expect(meetsCriteria(license({ key: mine, uid: 'u' }), criteria)).toBe(false)
  })

  it('LI-49 (inferred): the license id narrows as well', () => {
    expect(meetsCriteria(license({ key: mine }), { key: mine, lid: lid as LicenseId })).toBe(true)
  })

  it('LI-51: a license without a revocation key cannot be revoked, nor one without a user id by one', () => {
    expect(meetsCriteria(license(), { key: mine })).toBe(false)
    expect(meetsCriteria(license({ key: mine }), { key: mine, uid: 'u' })).toBe(false)
  })
})
