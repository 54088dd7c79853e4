import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { PublicKeyJwk, publicKeyOf } from '../certificate/public-key-jwk'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { badInput } from '../identity/bad-input'
import { IssuerId } from '../identity/issuer-id'
import { thumbprint } from '../signed/thumbprint'
import { decide, type IssuerCommand } from './issuer-decider'
import { ISSUER_STREAM } from './issuer-event'
import { readIssuers } from './trusted-issuers'

const change = (home: Home, command: IssuerCommand): TE.TaskEither<CoreFault, IssuerId> =>
  retryConflict(
    pipe(
      readIssuers(home),
      TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, unknown> => {
        const events = decide(state, command)
        return events.length === 0
          ? TE.right(undefined)
          : home.store.append({ appends: [{ stream: ISSUER_STREAM, expectedRevision: revision, events }] })
      }),
      TE.map(() => command.issuer)
    )
  )

const named = (jwk: unknown): E.Either<CoreFault, { readonly issuer: IssuerId; readonly key: PublicKeyJwk }> => {
  if (!PublicKeyJwk.is(jwk)) {
    return E.left(badInput('issuer key', 'a public key on P-256 as JWK: kty, crv, x, y and no other member', typeof jwk))
  }
  const key = publicKeyOf(jwk)
  const issuer = O.isSome(key) ? thumbprint(key.value) : ''
  return IssuerId.is(issuer)
    ? E.right({ issuer, key: jwk })
    : E.left(badInput('issuer key', 'a point on the curve', 'another point'))
}

const notOwn =
  (home: Home) =>
  (issuer: IssuerId): TE.TaskEither<CoreFault, IssuerId> =>
    pipe(
      home.keystore.issuer(),
      TE.mapLeft((fault): CoreFault => fault),
      TE.flatMapEither(({ kid }) =>
        kid === issuer ? E.left(badInput('issuer', 'another issuer than this home', kid)) : E.right(issuer)
      )
    )

/**
 * Believes licenses that a key signs, because the user says so. Where the key comes from is his to judge.
 *
 * @param jwk public key on P-256: `kty`, `crv`, `x`, `y`.
 * @returns the id by which the issuer goes from here on: the key's thumbprint.
 * @errors `BadInput` for another key or the home's own, those of the store.
 */
export const trustIssuer =
  (home: Home) =>
  (jwk: unknown): TE.TaskEither<CoreFault, IssuerId> =>
    pipe(
      TE.fromEither(named(jwk)),
      TE.tap(({ issuer }) => notOwn(home)(issuer)),
      TE.flatMap(({ issuer, key }) => change(home, { type: 'TrustIssuer', issuer, key }))
    )

/**
 * Believes an issuer no more, whether it was added or certified. Its licenses stay in the vault and allow nothing; its
 * certificates do not bring it back.
 *
 * @errors `BadInput` for the home itself and for an issuer that nobody added or certified, those of the store.
 */
export const distrustIssuer =
  (home: Home) =>
  (issuer: IssuerId): TE.TaskEither<CoreFault, IssuerId> =>
    pipe(
      notOwn(home)(issuer),
      TE.flatMap(() => readIssuers(home)),
      TE.filterOrElse(
        ({ state }) => state.grounds.has(issuer) || state.distrusted.has(issuer),
        (): CoreFault => badInput('issuer', 'an issuer that this home trusts', issuer)
      ),
      TE.flatMap(() => change(home, { type: 'DistrustIssuer', issuer }))
    )
