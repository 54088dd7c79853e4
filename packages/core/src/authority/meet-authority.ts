import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { publicKeyOf, type PublicKeyJwk } from '../certificate/public-key-jwk'
import type { AuthorityFault, CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { thumbprint } from '../signed/thumbprint'
import { acceptTrustDocument } from './accept-trust-document'
import { decide, type MeetAuthority } from './authority-decider'
import { AUTHORITY_STREAM } from './authority-event'
import { homeAuthority, readAuthority, type HomeAuthority } from './home-authority'

/** A trust document with the root that signed it. Nothing of it is believed yet. */
export interface TrustOffer {
  /** Compact JWS. */
  readonly trust: string
  readonly root: PublicKeyJwk
}

const checked = ({ trust, root }: TrustOffer): E.Either<AuthorityFault, MeetAuthority> => {
  const key = publicKeyOf(root)
  if (O.isNone(key)) return E.left({ type: 'TrustDocumentInvalid', why: 'the root is no point on P-256' })
  return pipe(
    acceptTrustDocument(key.value, trust),
    E.map(({ authority, version }) => ({ authority, root, version, document: trust }))
  )
}

const rootName = ({ authorityRoot }: Home): string => (authorityRoot === undefined ? '' : thumbprint(authorityRoot))

/**
 * Takes an authority's trust document in: the first one pins its root, later ones must come from the same root and be no
 * older. What is stored already changes nothing.
 *
 * @errors `AuthorityOther` when another root is pinned or configured, `TrustRolledBack`, `TrustDocumentInvalid`, those of the store.
 */
export const meetAuthority =
  (home: Home) =>
  (offer: TrustOffer): TE.TaskEither<CoreFault, HomeAuthority> =>
    pipe(
      TE.fromEither(checked(offer)),
      TE.filterOrElse(
        ({ authority }) => home.authorityRoot === undefined || thumbprint(home.authorityRoot) === authority,
        ({ authority }): CoreFault => ({ type: 'AuthorityOther', pinned: rootName(home), found: authority })
      ),
      TE.flatMap((command) =>
        retryConflict(
          pipe(
            readAuthority(home.store),
            TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, unknown> => {
              const events = decide(state, command)
              if (E.isLeft(events)) return TE.left(events.left)
              return events.right.length === 0
                ? TE.right(undefined)
                : home.store.append({ appends: [{ stream: AUTHORITY_STREAM, expectedRevision: revision, events: events.right }] })
            })
          )
        )
      ),
      TE.flatMap(() => home.readAuthorityRoot),
      TE.flatMap(() => homeAuthority(home))
    )
