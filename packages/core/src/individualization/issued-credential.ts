import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { PublicKeyJwk } from '../certificate/public-key-jwk'
import type { IndividualizationFault } from '../fault/core-fault'
import { IssuerId } from '../identity/issuer-id'
import { SecurityVersion } from '../identity/security-version'
import { EncodedDigest, wholeNumber } from '../license/document-values'
import { Timestamp, timestampMicros } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import { verifyDocument } from '../signed/verify-document'

/** The JWS `typ` of credentials that a service issues. */
export const ISSUED_CREDENTIAL_TYP = 'custody-credential+2'

const MAX_CREDENTIAL = 8 * 1024
const MOST_EPOCHS = 2 ** 31 - 1
const MAX_LEVEL = 65_535

/** What the Individualization Service says of a device's keys. @source docs/reference/protocols.md, section 5.2 */
export const IssuedCredential = exactly(
  t.type(
    {
      v: t.literal(2),
      authority: IssuerId,
      /** The computer, see `machineId`. */
      mid: EncodedDigest,
      epoch: wholeNumber(1, MOST_EPOCHS),
      securityVersion: SecurityVersion,
      level: wholeNumber(0, MAX_LEVEL),
      signing: PublicKeyJwk,
      agreement: PublicKeyJwk,
      from: Timestamp,
      until: Timestamp,
    },
    'device credential of a service'
  )
)
export type IssuedCredential = Readonly<t.TypeOf<typeof IssuedCredential>>

/** Signs a credential with the Individualization Service's key. Throws for a draft that none can say. */
export const issueCredential = (key: KeyObject, kid: string, draft: Omit<IssuedCredential, 'v'>): string => {
  const credential: unknown = { ...draft, v: 2 }
  if (!IssuedCredential.is(credential)) throw new TypeError('this draft is no device credential')
  return signDocument(key, { typ: ISSUED_CREDENTIAL_TYP, kid }, credential)
}

/** Who is asked about a credential, and when. */
export interface CredentialExpectation {
  readonly authority: string
  /** Keys of the Individualization Service by name. */
  readonly keyFor: (kid: string) => KeyObject | undefined
  /** Microseconds since 1970. */
  readonly now: number
}

const invalid = (why: string): E.Either<IndividualizationFault, never> => E.left({ type: 'CredentialInvalid', why })

/** Believes a credential or says why not. @errors `CredentialInvalid`. */
export const acceptCredential = (
  { authority, keyFor, now }: CredentialExpectation,
  jws: string
): E.Either<IndividualizationFault, IssuedCredential> => {
  const verified = verifyDocument({ typ: ISSUED_CREDENTIAL_TYP, codec: IssuedCredential, keyFor, limit: MAX_CREDENTIAL }, jws)
  if (E.isLeft(verified)) return invalid(verified.left.type)
  const { payload } = verified.right
  if (payload.authority !== authority) return invalid(`of another authority, ${payload.authority}`)
  if (now < timestampMicros(payload.from)) return invalid('not valid yet')
  return now <= timestampMicros(payload.until) ? E.right(payload) : invalid('expired')
}
