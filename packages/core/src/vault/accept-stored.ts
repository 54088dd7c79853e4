import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault, LicenseFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { acceptLicense } from '../license/accept-license'
import type { AcceptedLicense } from '../license/accepted-license'
import { noRevocation } from '../revocation/revocation-state'
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

const verified = (trust: IssuerTrust, jws: string): E.Either<LicenseFault, AcceptedLicense> => {
  let refused: LicenseFault | undefined
  const issuerKey = (id: string) => {
    const issuer = trust.issuer(id)
    if (E.isRight(issuer)) return issuer.right.key
    refused = issuer.left
    return undefined
  }
  return pipe(
    acceptLicense({ issuerKey, now: NO_LIMIT }, jws),
    E.mapLeft((fault) => refused ?? fault)
  )
}

/**
 * Believes a stored document or says why not. A signature that was found good once in this process is not checked again:
 * an issuer's id is its key's thumbprint, so the text alone says by which key. Whether that issuer is believed is asked
 * each time.
 */
export const acceptStored = (trust: IssuerTrust, jws: string): E.Either<LicenseFault, AcceptedLicense> => {
  const known = REMEMBERED.get(jws)
  return known === undefined
    ? pipe(verified(trust, jws), E.map(remember))
    : pipe(
        trust.issuer(known.issuer),
        E.map(() => known)
      )
}

/**
 * Opens what is needed to believe stored documents: the issuers that are trusted and not revoked.
 *
 * @errors those of keystore and store.
 */
export const storedAcceptance = (home: Home): TE.TaskEither<CoreFault, StoredAcceptance> =>
  pipe(
    trustedIssuers(home),
    TE.map((issuers) => {
      const trust = issuerTrust(issuers, noRevocation)
      return (jws) => acceptStored(trust, jws)
    })
  )
