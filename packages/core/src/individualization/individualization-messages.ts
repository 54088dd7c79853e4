import * as t from 'io-ts'

import { MOST_UNANSWERED } from '../authority/continuity'
import { PublicKeyJwk } from '../certificate/public-key-jwk'
import { ConsentStatement } from '../consent/consent'
import { IssuerId } from '../identity/issuer-id'
import { RequiredVersion } from '../identity/security-version'
import { boundedList, EncodedDigest, ShortText, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'

/** Where a service's trust document is fetched: {@link AuthorityReply} as JSON. */
export const AUTHORITY_PATH = '/v1/authority'
/** Where the newest version is fetched: a JWS of {@link VersionStatement}. */
export const VERSION_PATH = '/v1/individualization/version'
/** Where an individualization is asked for. */
export const INDIVIDUALIZATION_PATH = '/v1/individualization/requests'

/** The JWS `typ` of version statements. */
export const VERSION_TYP = 'custody-version+1'
/** The JWS `typ` of package descriptors. */
export const PACKAGE_TYP = 'custody-package+1'

const MOST_EPOCHS = 2 ** 31 - 1
const MAX_PACKAGE = 2 ** 30
const MAX_LEAVES = 1024
const MAX_LEAF = 2 ** 20

/** What an authority introduces itself with; signed by itself. */
export const AuthorityReply = exactly(t.type({ trust: t.string, root: PublicKeyJwk }, 'introduction of an authority'))

/** The newest version that the service gives out. */
export const VersionStatement = exactly(
  t.type({ v: t.literal(1), authority: IssuerId, securityVersion: RequiredVersion, at: Timestamp }, 'newest version')
)

/**
 * All that leaves a device: a random identity, the public halves of new keys, and the answer to the notice (IN-17). Signed as a
 * request by the new signing key, which so proves itself.
 */
export const IndividualizationBody = exactly(
  t.intersection(
    [
      t.type({
        v: t.literal(1),
        epoch: wholeNumber(1, MOST_EPOCHS),
        signing: PublicKeyJwk,
        agreement: PublicKeyJwk,
        scope: PublicKeyJwk,
        /** JWS, see `ScopeProof`. */
        scopeProof: t.string,
        consent: ConsentStatement,
        forced: t.boolean,
      }),
      /**
       * The credential of the present epoch, if a service issued it, the newest continuity token, and the keys of requests since it
       * came whose answers did not.
       */
      t.partial({ credential: t.string, continuity: ShortText, unanswered: boundedList(ShortText, MOST_UNANSWERED) }),
    ],
    'request for individualization'
  )
)
export type IndividualizationBody = Readonly<t.TypeOf<typeof IndividualizationBody>>

/** What comes back. */
export const IndividualizationReply = exactly(
  t.type(
    {
      /** JWS, see `IssuedCredential`. */
      credential: t.string,
      /** 32 bytes sealed to the new agreement key: what makes this component unlike any other (IN-19). */
      diversifier: t.string,
      /** JWS, see {@link PackageDescriptor}. */
      package: t.string,
      continuity: ShortText,
    },
    'answer to a request for individualization'
  )
)
export type IndividualizationReply = Readonly<t.TypeOf<typeof IndividualizationReply>>

/** What a package consists of, so that each part of it is checked as it arrives. */
export const PackageDescriptor = exactly(
  t.type(
    {
      v: t.literal(1),
      package: ShortText,
      version: RequiredVersion,
      bytes: wholeNumber(1, MAX_PACKAGE),
      /** Bytes of each leaf but the last. */
      leaf: wholeNumber(1, MAX_LEAF),
      /** SHA-256 of each leaf, base64url. */
      leaves: boundedList(EncodedDigest, MAX_LEAVES),
      path: ShortText,
    },
    'package descriptor'
  )
)
export type PackageDescriptor = Readonly<t.TypeOf<typeof PackageDescriptor>>
