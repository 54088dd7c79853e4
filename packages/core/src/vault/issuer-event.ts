import * as t from 'io-ts'

import { PublicKeyJwk } from '../certificate/public-key-jwk'
import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'

/** Stream of whom this home believes about licenses. */
export const ISSUER_STREAM = 'issuers'

/** The user added an issuer: licenses that its key signs are believed from here on. */
export const IssuerTrusted = defineEvent({
  type: 'IssuerTrusted',
  schemaVersion: 1,
  data: t.type({
    /** Thumbprint of the key. */
    issuer: IssuerId,
    key: PublicKeyJwk,
  }),
})

/** An issuer came with certificates that lead to the authority's root. Kept, so that its licenses can be checked again. */
export const IssuerCertified = defineEvent({
  type: 'IssuerCertified',
  schemaVersion: 1,
  data: t.type({
    issuer: IssuerId,
    /** Compact JWS, the issuer's own first. */
    chain: t.readonlyArray(t.string),
  }),
})

/** The user withdrew an issuer, added or certified. Its licenses stay in the vault and allow nothing. */
export const IssuerDistrusted = defineEvent({
  type: 'IssuerDistrusted',
  schemaVersion: 1,
  data: t.type({ issuer: IssuerId }),
})

/** All that the stream of issuers may hold. */
export const ISSUER_EVENTS = [IssuerTrusted, IssuerCertified, IssuerDistrusted] as const
