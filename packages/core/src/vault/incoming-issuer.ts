import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { chainTo } from '../certificate/chain-to'
import { verifyChain } from '../certificate/verify-chain'
import type { CertificateFault, CoreFault } from '../fault/core-fault'
import type { Folded } from '../home/fold-stream'
import type { Home } from '../home/home'
import { IssuerId } from '../identity/issuer-id'
import type { LicenseResponse } from '../license/license-response'
import { revocationState } from '../revocation/stored-revocation'
import { unprovedHeader } from '../signed/unproved-header'
import type { StreamAppend } from '../store/event-store'
import { decide, type IssuerState } from './issuer-decider'
import { ISSUER_STREAM } from './issuer-event'
import { certifiedIssuer, issuerTrust, readIssuers, trustedIssuers, type IssuerTrust, type TrustedIssuer } from './trusted-issuers'

/** Whom a license that comes in is believed from. */
export interface IncomingIssuer {
  readonly trust: IssuerTrust
  /** To be stored with the license: the certificates that its issuer is known by from here on. */
  readonly appends: ReadonlyArray<StreamAppend>
}

type Chain = ReadonlyArray<string>

interface GoodChain {
  readonly chain: Chain
  readonly issuer: TrustedIssuer
}

/** The first chain that is good now; of several that are not, the first says why. */
const goodChain = (
  { authorityRoot, clock }: Home,
  chains: ReadonlyArray<Chain>
): E.Either<CertificateFault, GoodChain | undefined> => {
  let refused: E.Either<CertificateFault, GoodChain> | undefined
  for (const chain of chains) {
    const checked = verifyChain(chain, { root: authorityRoot, use: 'issuer', now: clock.now() })
    if (E.isRight(checked)) return E.right({ chain, issuer: certifiedIssuer(checked.right) })
    refused ??= checked
  }
  return refused ?? E.right(undefined)
}

/** The chains to try, the one that came with the license first; none for an issuer that the user added or withdrew. */
const chainsFor = (issuer: IssuerId, { grounds, distrusted }: IssuerState, certificates: Chain): ReadonlyArray<Chain> => {
  const ground = grounds.get(issuer)
  if (ground?.type === 'trusted' || distrusted.has(issuer)) return []
  const stored = ground === undefined ? [] : [ground.chain]
  return [chainTo(certificates, issuer), ...stored].filter((chain) => chain.length > 0)
}

const named = ({ document }: LicenseResponse): IssuerId | undefined => {
  const header = unprovedHeader(document)
  return O.isSome(header) && IssuerId.is(header.value.kid) ? header.value.kid : undefined
}

/** What is stored of a chain: nothing where it is the known one. */
const certification = (
  { state, revision }: Folded<IssuerState>,
  issuer: IssuerId,
  { chain }: GoodChain
): ReadonlyArray<StreamAppend> => {
  const events = decide(state, { type: 'CertifyIssuer', issuer, chain })
  return events.length === 0 ? [] : [{ stream: ISSUER_STREAM, expectedRevision: revision, events }]
}

/**
 * Finds out whether the issuer of a license that comes in is believed: the home itself, one that the user added, or one
 * whose certificates lead to the authority's root and are good now. Never by a key in the license.
 *
 * @errors `CertificateInvalid`, `CertificateExpired`, those of keystore and store. A stranger is none yet: the license is
 * refused when it is read.
 */
export const incomingIssuer = (home: Home, response: LicenseResponse): TE.TaskEither<CoreFault, IncomingIssuer> =>
  pipe(
    TE.Do,
    TE.bind('known', () => readIssuers(home)),
    TE.bind('issuers', () => trustedIssuers(home)),
    TE.bind('revocation', () => revocationState(home)),
    TE.flatMapEither(({ known, issuers, revocation }): E.Either<CoreFault, IncomingIssuer> => {
      const name = named(response)
      const untouched = { trust: issuerTrust(issuers, revocation), appends: [] }
      if (name === undefined || issuers.get(name)?.origin === 'own') return E.right(untouched)
      return pipe(
        goodChain(home, chainsFor(name, known.state, response.certificates)),
        E.map((good) =>
          good === undefined
            ? untouched
            : {
                trust: issuerTrust(new Map(issuers).set(name, good.issuer), revocation),
                appends: certification(known, name, good),
              }
        )
      )
    })
  )
