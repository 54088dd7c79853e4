import * as t from 'io-ts'

import { boundedList, DecimalU64, EncodedDigest } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { RevocationKindId } from './revocation-kind'

/** The JWS `typ` of revocation lists. */
export const REVOCATION_LIST_TYP = 'custody-revocation+1'
/** Most entries of one list. */
export const MAX_ENTRIES = 10_000
/** Largest list in characters of its compact JWS. */
export const MAX_REVOCATION_LIST = 1024 * 1024

/** Which keys of one kind are no longer to be trusted. @source docs/reference/protocols.md, section 6 */
export const RevocationList = exactly(
  t.intersection(
    [
      t.type({
        v: t.literal(1),
        kind: RevocationKindId,
        /** 64-bit number, compared as an integer (RV-3). */
        version: DecimalU64,
        issued: Timestamp,
        /** When the next version is due. */
        nextUpdate: Timestamp,
        /** Thumbprints of certified keys, or issuer ids. */
        entries: boundedList(EncodedDigest, MAX_ENTRIES),
      }),
      /** Digest of the version before: SHA-256 of its signing input. Absent in the first. */
      t.partial({ prev: EncodedDigest }),
    ],
    'revocation list'
  )
)
export type RevocationList = Readonly<t.TypeOf<typeof RevocationList>>
