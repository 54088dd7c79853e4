import * as E from 'fp-ts/Either'

import type { PublicKeyJwk } from '../certificate/public-key-jwk'
import type { RecordedEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { AuthorityFault } from '../fault/core-fault'
import type { IssuerId } from '../identity/issuer-id'
import type { NewEvent } from '../store/event-store'
import { type AUTHORITY_EVENTS, AuthorityPinned, TrustDocumentStored } from './authority-event'

type AuthorityEvent = RecordedEvent<(typeof AUTHORITY_EVENTS)[number]>

/** What a home knows of its authority. */
export interface AuthorityState {
  readonly pinned: { readonly authority: IssuerId; readonly root: PublicKeyJwk } | undefined
  readonly trust: { readonly version: number; readonly document: string } | undefined
}

/** A trust document that was verified under the root it comes with. */
export interface MeetAuthority {
  readonly authority: IssuerId
  readonly root: PublicKeyJwk
  readonly version: number
  readonly document: string
}

/** A home that has met no authority. */
export const initial: AuthorityState = { pinned: undefined, trust: undefined }

/**
 * Pins the first authority and keeps the newest trust document. What is stored already changes nothing.
 *
 * @errors `AuthorityOther`, `TrustRolledBack`; `TrustDocumentInvalid` for another text under the stored version.
 */
export const decide = (
  { pinned, trust }: AuthorityState,
  { authority, root, version, document }: MeetAuthority
): E.Either<AuthorityFault, ReadonlyArray<NewEvent>> => {
  if (pinned !== undefined && pinned.authority !== authority) {
    return E.left({ type: 'AuthorityOther', pinned: pinned.authority, found: authority })
  }
  const pin = pinned === undefined ? [newEvent(AuthorityPinned, { authority, root })] : []
  if (trust === undefined || version > trust.version) {
    return E.right([...pin, newEvent(TrustDocumentStored, { version, document })])
  }
  if (version < trust.version) return E.left({ type: 'TrustRolledBack', stored: trust.version, found: version })
  return document === trust.document
    ? E.right([])
    : E.left({ type: 'TrustDocumentInvalid', why: 'another text under the stored version' })
}

/** The state after one more event. */
export const evolve = (state: AuthorityState, event: AuthorityEvent): AuthorityState => {
  switch (event.type) {
    case 'AuthorityPinned':
      return { ...state, pinned: event.data }
    case 'TrustDocumentStored':
      return { ...state, trust: event.data }
  }
}
