import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { KeyId } from '../identity/key-id'
import { ShortText } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import type { SignedFault } from '../signed/signed-fault'
import { signedText } from '../signed/signed-text'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'

/** The JWS `typ` of challenges. */
export const CHALLENGE_TYP = 'custody-challenge+1'
/** Largest challenge in characters. */
export const MAX_CHALLENGE = 16 * 1024
/** How long a challenge is good for: a day, in microseconds. */
export const CHALLENGE_LIFE = 24 * 3600 * 1_000_000

/** The words before the post data in a form; its size does not count them (LI-60). */
const PREFIX = 'nonsilent=1&challenge='

/** What a device asks a license server by way of a person: which content, and for which computer. */
export const LicenseChallenge = exactly(
  t.type(
    {
      v: t.literal(1),
      id: ShortText,
      /** `null` before there is any content (LI-67). */
      keyId: t.union([KeyId, t.null]),
      /** JWS, see `IssuedCredential`. */
      credential: t.string,
      at: Timestamp,
    },
    'license challenge'
  )
)
export type LicenseChallenge = Readonly<t.TypeOf<typeof LicenseChallenge>>

const Unproved = signedText(LicenseChallenge)

/** Signs a challenge with the device's signing key. */
export const issueChallenge = (signing: KeyObject, challenge: Omit<LicenseChallenge, 'v'>): string =>
  signDocument(signing, { typ: CHALLENGE_TYP, kid: thumbprint(signing) }, { ...challenge, v: 1 })

/** What a challenge says, unproved; nothing for a text that is none. */
export const claimedChallenge = (jws: string): LicenseChallenge | undefined => {
  const read = jws.length > MAX_CHALLENGE ? undefined : Unproved.decode(jws)
  return read === undefined || E.isLeft(read) ? undefined : read.right.document
}

/** Believes a challenge on the word of the key that it must be signed with. */
export const acceptChallenge = (key: KeyObject, jws: string): E.Either<SignedFault, LicenseChallenge> => {
  const kid = thumbprint(key)
  const keyFor = (name: string) => (name === kid ? key : undefined)
  const verified = verifyDocument({ typ: CHALLENGE_TYP, codec: LicenseChallenge, keyFor, limit: MAX_CHALLENGE }, jws)
  return E.isLeft(verified) ? verified : E.right(verified.right.payload)
}

/** A form that an application posts to an acquisition URL. */
export interface ChallengePost {
  /** `application/x-www-form-urlencoded`. */
  readonly body: string
  /** Bytes of the post data: the body without its first words, as WM_GET_LICENSE_DATA counts them (LI-60). */
  readonly postDataSize: number
}

/** What an application posts for a challenge. @source Windows Media Format 11 SDK, "WM_GET_LICENSE_DATA" */
export const challengePost = (challenge: string): ChallengePost => {
  const data = encodeURIComponent(challenge)
  return { body: PREFIX + data, postDataSize: Buffer.byteLength(data) }
}
