import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { AcceptedLicense } from '../license/accepted-license'
import type { HeldLicense } from '../license/held-license'
import type { StoredLicense } from '../vault/stored-licenses'
import type { Candidate } from './candidate'

/** A license of the vault as a candidate, with the answer whether its document is believed. */
export const storedCandidate = (
  { issuer, lid, keyId, jws, document, docDigest, state }: StoredLicense,
  accepted: E.Either<CoreFault, AcceptedLicense>
): Candidate => {
  const stored: HeldLicense = { license: { document, issuer, lid, keyId, jws, docDigest }, state }
  const held = pipe(
    accepted,
    E.bimap(
      ({ type: why }) => ({ why, stored }),
      (license): HeldLicense => ({ license, state })
    )
  )
  return { issuer, lid, held }
}
