import * as E from 'fp-ts/Either'

import type { StreamAppend } from '../store/event-store'
import type { HeldLicenses, VaultLicense } from '../vault/held-licenses'
import { licenseStream } from '../vault/license-event'
import type { Candidate } from './candidate'
import { storedCandidate } from './stored-candidate'
import type { Unchanged } from './unchanged'

/** Every license of a key ID, believed or not, in the order in which they are asked, each leaf once for each of its roots. */
export const candidatesOf = ({ candidates, licenses }: HeldLicenses): ReadonlyArray<Candidate> => {
  const believed = candidates.map((held): Candidate => {
    const { issuer, lid } = held.license
    return { issuer, lid, held: E.right(held) }
  })
  const doubted = licenses
    .filter(({ accepted }) => E.isLeft(accepted))
    .map((license) => storedCandidate(license, license.accepted))
  return [...believed, ...doubted]
}

const unchangedStream = ({ issuer, lid, revision }: VaultLicense): StreamAppend => ({
  stream: licenseStream(issuer, lid),
  expectedRevision: revision,
  events: [],
})

/** That nothing happened to any of the licenses, and none came or went. */
export const unchangedLicenses = ({ licenses, roots, expects }: HeldLicenses): Unchanged => ({
  appends: [...licenses, ...roots].map(unchangedStream),
  expects,
})
