import type { KeyObject } from 'node:crypto'

import { publicKeyOf } from '@custody/core/certificate'
import { acceptCredential, type IssuedCredential } from '@custody/core/individualization'
import { RevocationList } from '@custody/core/revocation'
import { thumbprint, unprovedPayload } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import type { Authority } from '../authority/authority'
import type { PublishedRevocation } from '../authority/published'
import { refuse, type Refusal } from '../server/service-route'

/** A computer that this authority individualized. */
export interface LicenseComputer {
  readonly credential: IssuedCredential
  /** Public keys on P-256. */
  readonly signing: KeyObject
  readonly agreement: KeyObject
}

const FORBIDDEN = 403

const entriesOf = new WeakMap<PublishedRevocation, ReadonlySet<string>>()

/** Every entry of the authority's lists, which it signed itself. */
const listed = (revocation: PublishedRevocation): ReadonlySet<string> => {
  const known = entriesOf.get(revocation)
  if (known !== undefined) return known
  const documents = [...revocation.lists.values()].map(({ document }) => unprovedPayload(RevocationList, document))
  const entries = new Set(documents.flatMap((list) => list?.entries ?? []))
  entriesOf.set(revocation, entries)
  return entries
}

/**
 * Believes a credential on this authority's word, now, and looks the computer up in the revocation lists (RV-5).
 *
 * @errors `CertificateInvalid`; `CertificateRevoked` with where a person finds a way on.
 */
export const licenseComputer = (authority: Authority, jws: string): E.Either<Refusal, LicenseComputer> => {
  const keyFor = (kid: string) => authority.publicKey('individualization-signing', kid)
  const accepted = acceptCredential({ authority: authority.name, keyFor, now: authority.clock.now() }, jws)
  const invalid = E.left(refuse(FORBIDDEN, 'CertificateInvalid', 'The device credential is not believed.'))
  if (E.isLeft(accepted)) return invalid
  const credential = accepted.right
  const [signing, agreement] = [publicKeyOf(credential.signing), publicKeyOf(credential.agreement)]
  if (O.isNone(signing) || O.isNone(agreement)) return invalid
  if (listed(authority.revocation()).has(thumbprint(signing.value))) {
    const { update } = authority.trust().document.urls
    return E.left(refuse(FORBIDDEN, 'CertificateRevoked', 'This computer was revoked.', update))
  }
  return E.right({ credential, signing: signing.value, agreement: agreement.value })
}
