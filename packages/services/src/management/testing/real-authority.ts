import type { Authority } from '../../authority/authority'
import { certified, individualizing, type TestAuthority } from './test-authority'

/** An authority that was opened from its folder, with its keys in the open. */
export const realAuthority = (authority: Authority): TestAuthority => {
  const { name, rootKey, clock } = authority
  const key = (use: Parameters<Authority['key']>[0]) => authority.key(use).key
  return {
    ...authority,
    keys: {
      'management-signing': key('management-signing'),
      'management-sealing': key('management-sealing'),
      'individualization-signing': key('individualization-signing'),
      'license-signing': key('license-signing'),
    },
    individualize: individualizing(name, key('individualization-signing'), clock),
    certifyIssuer: (issuer) => certified(rootKey, issuer, 'issuer', clock.now()),
  }
}
