import * as E from 'fp-ts/Either'

import type { IssuerId } from '../identity/issuer-id'
import type { LicenseId } from '../identity/license-id'
import type { HeldLicense } from '../license/held-license'
import type { RecordedCandidate } from './recorded-circumstances'

/** A license whose document cannot be relied on. */
export interface Unbelieved {
  /** Tag of the fault. */
  readonly why: string
  /** What it says of itself: for telling, never for deciding. */
  readonly stored: HeldLicense
}

/** A license of the key ID that is asked for, or a chain with its leaf there. */
export interface Candidate {
  readonly issuer: IssuerId
  readonly lid: LicenseId
  readonly held: E.Either<Unbelieved, HeldLicense>
}

/** The license of a candidate as it is stored, believed or not. */
export const storedOf = ({ held }: Candidate): HeldLicense => (E.isRight(held) ? held.right : held.left.stored)

/** A candidate as events name it. */
export const recordedCandidate = (candidate: Candidate): RecordedCandidate => {
  const { issuer, lid, held } = candidate
  const root = storedOf(candidate).root?.license
  return {
    license: { issuer, lid },
    root: root === undefined ? null : { issuer: root.issuer, lid: root.lid },
    unbelieved: E.isRight(held) ? null : held.left.why,
  }
}
