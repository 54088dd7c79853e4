import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { DecimalU64, EncodedDigest } from '../license/document-values'
import { signedText } from '../signed/signed-text'
import { RevocationInformation } from './revocation-information'
import type { RevocationKind } from './revocation-kind'
import { RevocationList } from './revocation-list'

/** Stream of all revocation data of a home. */
export const REVOCATION_STREAM = 'revocation'

/** Certificates of the signer up to the root, so that the document can be checked again; none for the root itself. */
const Certificates = t.readonlyArray(t.string, 'certificates')

const KindName: t.Type<RevocationKind> = t.union(
  [t.literal('application'), t.literal('device'), t.literal('networkDevice'), t.literal('issuer')],
  'kind of revocation list'
)

/** A list became the newest of its kind. */
export const RevocationListStored = defineEvent({
  type: 'RevocationListStored',
  schemaVersion: 1,
  data: t.type({
    kind: KindName,
    /** 64-bit number as decimal text. */
    version: DecimalU64,
    /** SHA-256 of the signing input, base64url. */
    digest: EncodedDigest,
    /** The compact JWS. */
    document: signedText(RevocationList),
    certificates: Certificates,
  }),
})

/** Revocation information became the newest. */
export const RevocationInformationStored = defineEvent({
  type: 'RevocationInformationStored',
  schemaVersion: 1,
  data: t.type({
    version: DecimalU64,
    digest: EncodedDigest,
    document: signedText(RevocationInformation),
    certificates: Certificates,
  }),
})

/** A second document of one version was presented and refused: the authority's key signed two histories. */
export const RevocationForkSeen = defineEvent({
  type: 'RevocationForkSeen',
  schemaVersion: 1,
  data: t.type({
    kind: t.union([KindName, t.literal('information')]),
    version: DecimalU64,
    /** Digest of the one that is stored or demanded. */
    stored: EncodedDigest,
    /** Digest of the one that was refused. */
    found: EncodedDigest,
  }),
})

/** All that the revocation stream may hold. */
export const REVOCATION_EVENTS = [RevocationListStored, RevocationInformationStored, RevocationForkSeen] as const
