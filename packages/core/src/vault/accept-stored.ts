import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault, LicenseFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { AcceptedLicense } from '../license/accepted-license'
import type { RevocationState } from '../revocation/revocation-state'
import { revocationState } from '../revocation/stored-revocation'
import { believeDocument } from './believe-document'
import { issuerTrust, trustedIssuers, type IssuerTrust } from './trusted-issuers'

/** Judges stored documents as if they came in now. */
export type StoredAcceptance = (jws: string) => E.Either<CoreFault, AcceptedLicense>

/** Documents whose signature was found good, the one asked for longest ago first. */
const REMEMBERED = new Map<string, AcceptedLicense>()
/** At most 16 KiB each, a kilobyte as a rule. */
const MOST_REMEMBERED = 4096
/** A stored document was issued before it came in; a clock that is set back since does not make it younger. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER

const remember = (license: AcceptedLicense): AcceptedLicense => {
  const [oldest] = REMEMBERED.keys()
  if (REMEMBERED.size >= MOST_REMEMBERED && oldest !== undefined) REMEMBERED.delete(oldest)
  REMEMBERED.set(license.jws, license)
  return license
}

/**
 * Believes a stored document or says why not. A signature that was found good once in this process is not checked again:
 * an issuer's id is its key's thumbprint, so the text alone says by which key. Whether that issuer is believed is asked
 * each time.
 */
export const acceptStored = (trust: IssuerTrust, jws: string): E.Either<LicenseFault, AcceptedLicense> => {
  const known = REMEMBERED.get(jws)
  return known === undefined
    ? pipe(believeDocument(trust, NO_LIMIT, jws), E.map(remember))
    : pipe(
        trust.issuer(known.issuer),
        E.map(() => known)
      )
}

/** Opens what is needed to believe stored documents under what is known of revocation. @errors those of keystore and store. */
export const acceptanceUnder = (
  home: Home,
  revocation: RevocationState
): TE.TaskEither<CoreFault, StoredAcceptance> =>
  pipe(
    trustedIssuers(home),
    TE.map((issuers): StoredAcceptance => {
      const trust = issuerTrust(issuers, revocation)
      return (jws) => acceptStored(trust, jws)
    })
  )

/**
 * Opens what is needed to believe stored documents: the issuers that are trusted and not revoked.
 *
 * @errors those of keystore and store.
 */
export const storedAcceptance = (home: Home): TE.TaskEither<CoreFault, StoredAcceptance> =>
  pipe(
    revocationState(home),
    TE.flatMap((revocation) => acceptanceUnder(home, revocation))
  )
