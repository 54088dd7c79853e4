import * as t from 'io-ts'

import { IssuerId } from '../identity/issuer-id'
import { SystemId } from '../identity/system-id'
import { boundedList, ShortText, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { PublicKeyJwk } from './public-key-jwk'
import { WrapKey } from './wrap-key'

/** The JWS `typ` of certificates. */
export const CERTIFICATE_TYP = 'custody-cert+1'
/** Version of the shape that this build reads and writes. */
export const CERTIFICATE_VERSION = 1

const MAX_LEVEL = 65_535

/**
 * What a certified key is for, and nothing else: to sign licenses (`issuer`), to be a computer (`device`), to receive
 * exported content (`export`), or to serve an authority (`service`), which certifies others.
 */
export type CertificateUse = 'issuer' | 'device' | 'export' | 'service'
/** The same as documents carry it. */
export const CertificateUse: t.Type<CertificateUse> = t.union(
  [t.literal('issuer'), t.literal('device'), t.literal('export'), t.literal('service')],
  'use of a certificate'
)

/** What an authority says about one key. @source docs/reference/protocols.md, section 1 */
export const CertificateDocument = exactly(
  t.intersection(
    [
      t.type({
        v: t.literal(CERTIFICATE_VERSION),
        serial: ShortText,
        use: CertificateUse,
        subject: ShortText,
        key: PublicKeyJwk,
        /** Level of protection that the key's holder promises; higher is stricter. */
        level: wholeNumber(0, MAX_LEVEL),
        from: Timestamp,
        until: Timestamp,
        /** Thumbprint of the key that signs this certificate. */
        issuer: IssuerId,
        /** Rights systems, or kinds of revocation list, that the key may act for. */
        systems: boundedList(SystemId),
      }),
      t.partial({ wrapKey: WrapKey }),
    ],
    'certificate'
  )
)
export type CertificateDocument = Readonly<t.TypeOf<typeof CertificateDocument>>
