import type { KeyObject } from 'node:crypto'
import type { Either } from 'fp-ts/Either'

import type { LicenseFault } from '../../fault/core-fault'
import { acceptLicenses } from '../accept-license'
import type { AcceptedLicense } from '../accepted-license'

/** Documents, and by whom they are believed; all of it can be sent to a thread. */
export interface AcceptanceRequest {
  /** Compact JWS each. */
  readonly documents: ReadonlyArray<string>
  /** Public keys of issuers by id. */
  readonly keys: ReadonlyMap<string, KeyObject>
  /** Trusted time, microseconds since 1970. */
  readonly now: number
}

/** What became of each document, in order. */
export type AcceptanceReply = ReadonlyArray<Either<LicenseFault, AcceptedLicense>>

/** Believes each document or says why not, as `acceptLicenses` does. */
export const acceptAll = ({ documents, keys, now }: AcceptanceRequest): AcceptanceReply =>
  acceptLicenses({ issuerKey: (issuer) => keys.get(issuer), now }, documents)
