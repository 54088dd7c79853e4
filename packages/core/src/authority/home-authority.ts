import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { publicKeyOf } from '../certificate/public-key-jwk'
import type { CoreFault } from '../fault/core-fault'
import { rememberedFold } from '../home/remembered-fold'
import type { IssuerId } from '../identity/issuer-id'
import type { EventStore } from '../store/event-store'
import { acceptTrustDocument } from './accept-trust-document'
import { evolve, initial } from './authority-decider'
import { AUTHORITY_EVENTS, AUTHORITY_STREAM } from './authority-event'
import type { TrustDocument } from './trust-document'

/** The authority that a home belongs to. */
export interface HomeAuthority {
  /** Thumbprint of the root: the authority's name. */
  readonly authority: IssuerId
  /** Public key on P-256. */
  readonly root: KeyObject
  /** The newest trust document that was stored, verified under the root. */
  readonly trust: TrustDocument
}

/** The authority's stream with its revision. */
export const readAuthority = rememberedFold(AUTHORITY_STREAM, { definitions: AUTHORITY_EVENTS, initial, evolve })

/** The root that a log pins, or nothing before the first contact. @errors those of the store. */
export const pinnedRoot = (store: EventStore): TE.TaskEither<CoreFault, KeyObject | undefined> =>
  pipe(
    readAuthority(store),
    TE.map(({ state: { pinned } }) => {
      const root = pinned === undefined ? O.none : publicKeyOf(pinned.root)
      return O.isSome(root) ? root.value : undefined
    })
  )

/**
 * The authority of a home, by its stored trust document.
 *
 * @errors `AuthorityUnknown` for a home that was never individualized, `TrustDocumentInvalid`, those of the store.
 */
export const homeAuthority = ({ store }: { readonly store: EventStore }): TE.TaskEither<CoreFault, HomeAuthority> =>
  pipe(
    readAuthority(store),
    TE.flatMapEither(({ state: { pinned, trust } }): E.Either<CoreFault, HomeAuthority> => {
      const root = pinned === undefined ? O.none : publicKeyOf(pinned.root)
      if (pinned === undefined || trust === undefined || O.isNone(root)) return E.left({ type: 'AuthorityUnknown' })
      return pipe(
        acceptTrustDocument(root.value, trust.document),
        E.map((document) => ({ authority: pinned.authority, root: root.value, trust: document }))
      )
    })
  )
