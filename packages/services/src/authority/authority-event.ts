import { defineEvent } from '@custody/core/event'
import { REVOCATION_KINDS } from '@custody/core/revocation'
import * as t from 'io-ts'

/** Stream of what an authority published. */
export const PUBLISHED_STREAM = 'authority'

/** A trust document was published. */
export const TrustPublished = defineEvent({
  type: 'TrustPublished',
  schemaVersion: 1,
  data: t.type({
    version: t.number,
    /** Compact JWS. */
    document: t.string,
    /** Certificate of the license server's key. */
    issuer: t.string,
    /** Individualizations of one computer on one UTC day. */
    individualizationsADay: t.number,
  }),
})

/** A list as it was published. */
const PublishedList = t.type({
  kind: t.keyof(REVOCATION_KINDS),
  version: t.string,
  /** SHA-256 of the signing input, base64url. */
  digest: t.string,
  /** Compact JWS. */
  document: t.string,
})
export type PublishedList = Readonly<t.TypeOf<typeof PublishedList>>

/** Revocation information was published, with the lists that are new in it. */
export const RevocationPublished = defineEvent({
  type: 'RevocationPublished',
  schemaVersion: 1,
  data: t.type({ version: t.string, nextUpdate: t.string, information: t.string, lists: t.readonlyArray(PublishedList) }),
})

/** Stream of what the operator said of the log itself. */
export const LOG_STREAM = 'authority-log'

/** The operator took a log for right that was cut off or put back: what was counted after it is forgotten. */
export const AuthorityLogAccepted = defineEvent({
  type: 'AuthorityLogAccepted',
  schemaVersion: 1,
  data: t.type({
    /** Tag of the fault that the anchors showed. */
    fault: t.string,
    /** Position of the newest record that was accepted. */
    position: t.number,
  }),
})

/** All that the stream of publications may hold. */
export const PUBLISHED_EVENTS = [TrustPublished, RevocationPublished] as const
