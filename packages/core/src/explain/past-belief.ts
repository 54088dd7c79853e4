import type { Home } from '../home/home'
import type { IssuerId } from '../identity/issuer-id'
import { isListed, type RevocationState } from '../revocation/revocation-state'
import type { IssuerState } from '../vault/issuer-decider'
import { byGround } from '../vault/trusted-issuers'

/**
 * Why an issuer was not believed at some moment, or nothing if it was. Whoever is in neither list is the home itself:
 * everybody else had to be added or certified before a license of his came in.
 */
export const pastDoubt = (
  home: Pick<Home, 'authorityRoot'>,
  { grounds, distrusted }: IssuerState,
  revocation: RevocationState,
  issuer: IssuerId
): 'LicenseIssuerUnknown' | 'LicenseIssuerRevoked' | undefined => {
  const ground = grounds.get(issuer)
  if (distrusted.has(issuer)) return 'LicenseIssuerUnknown'
  const known = ground === undefined ? { thumbprints: [issuer] } : byGround(home, issuer, ground)
  if (known === undefined) return 'LicenseIssuerUnknown'
  return isListed(revocation, 'issuer', known.thumbprints) ? 'LicenseIssuerRevoked' : undefined
}
