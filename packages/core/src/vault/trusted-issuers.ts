import { createPublicKey, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CheckedChain } from '../certificate/checked-certificate'
import { publicKeyOf } from '../certificate/public-key-jwk'
import { verifyChain } from '../certificate/verify-chain'
import type { CertificateFault, CoreFault, LicenseFault } from '../fault/core-fault'
import type { Folded } from '../home/fold-stream'
import type { Home } from '../home/home'
import { rememberedFold } from '../home/remembered-fold'
import { IssuerId } from '../identity/issuer-id'
import { isListed, type RevocationState } from '../revocation/revocation-state'
import { evolve, initial, type IssuerGround, type IssuerState } from './issuer-decider'
import { ISSUER_EVENTS, ISSUER_STREAM } from './issuer-event'

/** Why an issuer is believed. */
export type IssuerOrigin = 'own' | 'certified' | 'added'

/** An issuer whose licenses this home believes. */
export interface TrustedIssuer {
  readonly issuer: IssuerId
  readonly origin: IssuerOrigin
  /** Public key on P-256; its thumbprint is the issuer id. */
  readonly key: KeyObject
  /** Thumbprints by which revocation knows the issuer: its own and those of the certificates above it. */
  readonly thumbprints: ReadonlyArray<string>
}

/** Whom this home believes about licenses. */
export interface IssuerTrust {
  readonly issuers: ReadonlyMap<string, TrustedIssuer>
  /** @errors `LicenseIssuerUnknown` for a stranger, `LicenseIssuerRevoked`. */
  readonly issuer: (id: string) => E.Either<LicenseFault, TrustedIssuer>
}

/** The stream of issuers with its revision. */
export const readIssuers = ({ store }: Home): TE.TaskEither<CoreFault, Folded<IssuerState>> => issuersOf(store)

const issuersOf = rememberedFold(ISSUER_STREAM, { definitions: ISSUER_EVENTS, initial, evolve })

/** An issuer by a chain of certificates. */
export const certifiedIssuer = ({ subject, certificates }: CheckedChain): TrustedIssuer => ({
  issuer: subject.thumbprint,
  origin: 'certified',
  key: subject.key,
  thumbprints: certificates.map(({ thumbprint }) => thumbprint),
})

/**
 * Judges a chain by the time at which it came in: licenses outlast the certificates of those who signed them, and a
 * collection must not close when one of these ends. Revocation counts as it stands now.
 */
const byChain = (
  { authorityRoot }: Pick<Home, 'authorityRoot'>,
  ground: Extract<IssuerGround, { readonly type: 'certified' }>
): E.Either<CertificateFault, TrustedIssuer> =>
  pipe(verifyChain(ground.chain, { root: authorityRoot, use: 'issuer', now: ground.since }), E.map(certifiedIssuer))

/** The issuer that a ground is for, or nothing where the ground does not hold. */
export const byGround = (
  home: Pick<Home, 'authorityRoot'>,
  issuer: IssuerId,
  ground: IssuerGround
): TrustedIssuer | undefined => {
  if (ground.type === 'certified') {
    const certified = byChain(home, ground)
    return E.isRight(certified) && certified.right.issuer === issuer ? certified.right : undefined
  }
  const key = publicKeyOf(ground.key)
  return O.isSome(key) ? { issuer, origin: 'added', key: key.value, thumbprints: [issuer] } : undefined
}

const ownIssuer = ({ keystore }: Home): TE.TaskEither<CoreFault, TrustedIssuer> =>
  pipe(
    keystore.issuer(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map(({ kid, key }) => {
      if (!IssuerId.is(kid)) throw new TypeError('the issuer key has no thumbprint')
      return { issuer: kid, origin: 'own', key: createPublicKey(key), thumbprints: [kid] }
    })
  )

/** The trust of a list of issuers under what is known of revocation. A license never adds to it. */
export const issuerTrust = (
  issuers: ReadonlyMap<string, TrustedIssuer>,
  revocation: RevocationState
): IssuerTrust => ({
  issuers,
  issuer: (id) => {
    const known = issuers.get(id)
    if (known === undefined) return E.left({ type: 'LicenseIssuerUnknown', issuer: id })
    return isListed(revocation, 'issuer', known.thumbprints)
      ? E.left({ type: 'LicenseIssuerRevoked', issuer: id })
      : E.right(known)
  },
})

const believed = (home: Home, own: TrustedIssuer, { grounds }: IssuerState): ReadonlyMap<string, TrustedIssuer> => {
  const issuers = new Map<string, TrustedIssuer>([[own.issuer, own]])
  for (const [issuer, ground] of grounds) {
    const trusted = issuers.has(issuer) ? undefined : byGround(home, issuer, ground)
    if (trusted !== undefined) issuers.set(issuer, trusted)
  }
  return issuers
}

/** What a home found last: keys and chains are taken apart again only when the list is another one. */
const found = new WeakMap<Home, { readonly from: IssuerState; readonly issuers: ReadonlyMap<string, TrustedIssuer> }>()

/**
 * The issuers that this home believes: itself, those that came with certificates under the authority's root, and those
 * that the user added. Read anew at each call, so that another process's change is seen.
 *
 * @errors those of keystore and store.
 */
export const trustedIssuers = (home: Home): TE.TaskEither<CoreFault, ReadonlyMap<string, TrustedIssuer>> =>
  async () => {
    const known = await readIssuers(home)()
    if (E.isLeft(known)) return known
    const { state } = known.right
    const last = found.get(home)
    if (last?.from === state) return E.right(last.issuers)
    const own = await ownIssuer(home)()
    if (E.isLeft(own)) return own
    const issuers = believed(home, own.right, state)
    found.set(home, { from: state, issuers })
    return E.right(issuers)
  }
