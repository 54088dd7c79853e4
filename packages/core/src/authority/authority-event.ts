import * as t from 'io-ts'

import { PublicKeyJwk } from '../certificate/public-key-jwk'
import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'

/** Stream of the authority that this home belongs to. */
export const AUTHORITY_STREAM = 'authority'

/** The home met its authority and from here on believes this root only. */
export const AuthorityPinned = defineEvent({
  type: 'AuthorityPinned',
  schemaVersion: 1,
  data: t.type({
    /** Thumbprint of the root. */
    authority: IssuerId,
    root: PublicKeyJwk,
  }),
})

/** A newer trust document of the authority was stored. */
export const TrustDocumentStored = defineEvent({
  type: 'TrustDocumentStored',
  schemaVersion: 1,
  data: t.type({
    version: t.number,
    /** Compact JWS. */
    document: t.string,
  }),
})

/** All that the authority's stream may hold. */
export const AUTHORITY_EVENTS = [AuthorityPinned, TrustDocumentStored] as const
