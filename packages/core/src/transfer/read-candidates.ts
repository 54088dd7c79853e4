import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { HeldLicense } from '../license/held-license'
import type { ModelExpectation, StreamAppend } from '../store/event-store'
import { heldLicenses, type HeldLicenses, type VaultLicense } from '../vault/held-licenses'
import { LIVE_LICENSES } from '../vault/license-index'
import { licenseStream } from '../vault/license-event'
import { licenseRow } from '../vault/license-name'
import type { Candidate } from './candidate'

/** The licenses of a key ID, with what an append has to find unchanged for a decision from them to hold. */
export interface Candidates {
  readonly candidates: ReadonlyArray<Candidate>
  /** Each license's stream, roots among them, at the revision it was read at. */
  readonly unchanged: ReadonlyArray<StreamAppend>
  /** The lists that the licenses were found in, roots’ lists among them. */
  readonly expects: ReadonlyArray<ModelExpectation>
}

const candidatesOf = ({ candidates, licenses }: HeldLicenses): ReadonlyArray<Candidate> => {
  const believed = candidates.map((held): Candidate => {
    const { issuer, lid } = held.license
    return { issuer, lid, held: E.right(held) }
  })
  const doubted = licenses.flatMap(({ issuer, lid, keyId, jws, document, docDigest, state, accepted }): ReadonlyArray<Candidate> => {
    if (E.isRight(accepted)) return []
    const stored: HeldLicense = { license: { document, issuer, lid, keyId, jws, docDigest }, state }
    return [{ issuer, lid, held: E.left({ why: accepted.left.type, stored }) }]
  })
  return [...believed, ...doubted]
}

const unchangedStream = ({ issuer, lid, revision }: VaultLicense): StreamAppend => ({
  stream: licenseStream(issuer, lid),
  expectedRevision: revision,
  events: [],
})

/** A license that comes or goes changes the rows of its key ID. What was read is expected, so that no newer list passes for it. */
const expectedRows = (key: KeyId, read: ReadonlyArray<VaultLicense>): ModelExpectation => ({
  model: LIVE_LICENSES,
  key,
  ids: [...new Set(read.filter(({ keyId }) => keyId === key).map(licenseRow))].sort(),
})

/**
 * Reads every license of a key ID, believed or not, in the order in which they are asked, each leaf once for each of its
 * roots.
 *
 * @errors those of keystore and store.
 */
export const readCandidates = (home: Home, keyId: KeyId): TE.TaskEither<CoreFault, Candidates> =>
  pipe(
    heldLicenses(home)(keyId),
    TE.map((held) => {
      const read = [...held.licenses, ...held.roots]
      const uplinks = new Set(held.licenses.flatMap(({ facts }) => facts.uplink ?? []))
      return {
        candidates: candidatesOf(held),
        unchanged: read.map(unchangedStream),
        expects: [...new Set([keyId, ...uplinks])].map((key) => expectedRows(key, read)),
      }
    })
  )
