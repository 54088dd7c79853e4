import * as t from 'io-ts'

import { boundedList, DecimalU64, EncodedDigest } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { RevocationKindId } from './revocation-kind'

/** The JWS `typ` of revocation information. */
export const REVOCATION_INFORMATION_TYP = 'custody-revocation-information+1'
/** Largest revocation information in characters of its compact JWS. */
export const MAX_REVOCATION_INFORMATION = 16 * 1024

const MAX_KINDS = 16

const NamedList = exactly(
  t.type(
    {
      kind: RevocationKindId,
      version: DecimalU64,
      /** SHA-256 of the list's signing input. */
      digest: EncodedDigest,
    },
    'named list'
  )
)

/**
 * Which lists are in force together. Its version is the number that a license compares with (RV-6).
 *
 * @source docs/reference/protocols.md, section 6
 */
export const RevocationInformation = exactly(
  t.type(
    {
      v: t.literal(1),
      version: DecimalU64,
      issued: Timestamp,
      nextUpdate: Timestamp,
      lists: boundedList(NamedList, MAX_KINDS),
    },
    'revocation information'
  )
)
export type RevocationInformation = Readonly<t.TypeOf<typeof RevocationInformation>>
