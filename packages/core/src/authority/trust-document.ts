import * as t from 'io-ts'

import { PublicKeyJwk } from '../certificate/public-key-jwk'
import { IssuerId } from '../identity/issuer-id'
import { RequiredVersion } from '../identity/security-version'
import { boundedList, DecimalU64, ShortText, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'

/** The JWS `typ` of trust documents. */
export const AUTHORITY_TYP = 'custody-authority+1'
/** Largest trust document in characters. */
export const MAX_TRUST_DOCUMENT = 64 * 1024

const MOST_KEYS = 32
const MOST_VERSION = 2 ** 31 - 1
const MOST_COMPUTERS = 1000

/**
 * What a service key is for, and nothing else: to sign replies and statements of the License Management Service, to receive
 * the vault keys of backups, to sign for the Individualization Service, or for the license server.
 */
export const ServiceKeyUse = t.union(
  [
    t.literal('management-signing'),
    t.literal('management-sealing'),
    t.literal('individualization-signing'),
    t.literal('license-signing'),
  ],
  'use of a service key'
)
export type ServiceKeyUse = t.TypeOf<typeof ServiceKeyUse>

/** A key of a service with its time. */
const ServiceKey = exactly(
  t.intersection(
    [t.type({ use: ServiceKeyUse, key: PublicKeyJwk, from: Timestamp }), t.partial({ until: Timestamp })],
    'service key'
  )
)

/** The one list of what an authority consists of, signed by its root. @source docs/reference/protocols.md, section 1 */
export const TrustDocument = exactly(
  t.type(
    {
      v: t.literal(1),
      /** Thumbprint of the root key, which is the authority's name. */
      authority: IssuerId,
      /** Rises with each new document; a lower one than stored is refused. */
      version: wholeNumber(1, MOST_VERSION),
      issued: Timestamp,
      keys: boundedList(ServiceKey, MOST_KEYS),
      /** Certificate of the License Management Service's signing key, which certifies issuers of restored licenses. */
      certificate: t.string,
      urls: exactly(t.type({ privacy: ShortText, fraud: ShortText, update: ShortText }, 'urls of an authority')),
      /** How many computers a license may be restored to beside its first one (BR-30). */
      restoreLimit: wholeNumber(0, MOST_COMPUTERS),
      /** The newest version of the security component (IN-7). */
      securityVersion: RequiredVersion,
      /** Version of the newest revocation information. */
      revocation: DecimalU64,
    },
    'trust document'
  )
)
export type TrustDocument = Readonly<t.TypeOf<typeof TrustDocument>>
/** One key of a trust document. */
export type ServiceKey = TrustDocument['keys'][number]
