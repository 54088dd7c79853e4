import { defineEvent } from '@custody/core/event'
import { KeyId, RequiredVersion } from '@custody/core/identity'
import * as t from 'io-ts'

/** Stream of everything that this server offers. */
export const OFFERS_STREAM = 'license-offers'
/** Stream of the license of one computer under one offer that needs no person. */
export const silentStream = (offer: string, mid: string): string => `license-silent-${offer}/${mid}`
/** Stream of one challenge of a computer: a person's answer, then the license. */
export const answerStream = (mid: string, challenge: string): string => `license-answer-${mid}/${challenge}`

/** Whether a license is given on request, or only after a person accepted it on the page. */
export const OfferMode = t.union([t.literal('silent'), t.literal('non-silent')], 'way to get an offer')
export type OfferMode = t.TypeOf<typeof OfferMode>

/** A license for content is on offer; the content's key lies beside the log, sealed. A later offer for the same content replaces it. */
export const ContentOffered = defineEvent({
  type: 'ContentOffered',
  schemaVersion: 1,
  data: t.intersection([
    t.type({
      offer: t.string,
      keyId: KeyId,
      mode: OfferMode,
      /** Commitment to the content key. */
      commit: t.string,
      /** Members of the license documents, checked when the offer was made. */
      conditions: t.UnknownRecord,
    }),
    t.partial({
      /** Least version of a computer's security component (IN-28). */
      minimumVersion: RequiredVersion,
      /** What the page calls it. */
      title: t.string,
    }),
  ]),
})

/** A person accepted an offer for a computer. */
export const OfferAccepted = defineEvent({
  type: 'OfferAccepted',
  schemaVersion: 1,
  data: t.type({ offer: t.string, keyId: KeyId, mid: t.string, challenge: t.string }),
})

/** A license was signed for a computer; a repeat gets the same one. */
export const LicenseIssued = defineEvent({
  type: 'LicenseIssued',
  schemaVersion: 1,
  data: t.type({
    offer: t.string,
    keyId: KeyId,
    mid: t.string,
    lid: t.string,
    /** The license document, a compact JWS. */
    document: t.string,
    /** SHA-256 of its signing input, base64url. */
    docDigest: t.string,
    /** Certificate of the key that signed it. */
    certificate: t.string,
  }),
})

/** All that the stream of offers may hold. */
export const OFFER_EVENTS = [ContentOffered] as const
/** All that the stream of a license may hold. */
export const ISSUE_EVENTS = [OfferAccepted, LicenseIssued] as const

/** An offer. */
export type Offer = Readonly<t.TypeOf<(typeof ContentOffered)['data']>>
/** A license as it was signed. */
export type IssuedLicense = Readonly<t.TypeOf<(typeof LicenseIssued)['data']>>
