import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import { foldStream } from '../home/fold-stream'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { HeldLicense } from '../license/held-license'
import type { ModelExpectation, ReadModelRow, StreamAppend } from '../store/event-store'
import { storedAcceptance, type StoredAcceptance } from '../vault/accept-stored'
import { evolve, initial } from '../vault/license-decider'
import { LICENSE_EVENTS, licenseStream } from '../vault/license-event'
import { LICENSE_BY_KEY } from '../vault/read-models'
import { licensesByKey, type StoredLicense } from '../vault/stored-licenses'
import type { Candidate } from './candidate'

/** The licenses of a key ID, with what an append has to find unchanged for a decision from them to hold. */
export interface Candidates {
  readonly candidates: ReadonlyArray<Candidate>
  /** Each license's stream, roots among them, at the revision it was read at. */
  readonly unchanged: ReadonlyArray<StreamAppend>
  readonly expects: ReadonlyArray<ModelExpectation>
}

const candidateOf =
  ({ store }: Home, accept: StoredAcceptance) =>
  (license: StoredLicense): TE.TaskEither<CoreFault, readonly [Candidate, StreamAppend]> => {
    const { issuer, lid, keyId, jws, document, docDigest } = license
    const stream = licenseStream(issuer, lid)
    return pipe(
      foldStream(store, stream, { definitions: LICENSE_EVENTS, initial, evolve }),
      TE.map(({ state, revision }) => {
        const stored: HeldLicense = { license: { document, issuer, lid, keyId, jws, docDigest }, state }
        const held = pipe(
          accept(jws),
          E.bimap(
            ({ type: why }) => ({ why, stored }),
            (accepted): HeldLicense => ({ license: accepted, state })
          )
        )
        return [
          { issuer, lid, held },
          { stream, expectedRevision: revision, events: [] },
        ]
      })
    )
  }

/** Reads every license of a key ID, believed or not, in the order in which they are asked. */
export const readCandidates = (home: Home, keyId: KeyId): TE.TaskEither<CoreFault, Candidates> =>
  pipe(
    TE.Do,
    TE.bind('accept', () => storedAcceptance(home)),
    TE.bind('rows', (): TE.TaskEither<CoreFault, ReadonlyArray<ReadModelRow>> => home.store.lookUp(LICENSE_BY_KEY, keyId)),
    TE.bind('licenses', () => licensesByKey(home)(keyId)),
    TE.bind('pairs', ({ accept, licenses }) => TE.traverseSeqArray(candidateOf(home, accept))(licenses)),
    TE.map(({ rows, pairs }) => ({
      candidates: pairs.map(([candidate]) => candidate),
      unchanged: pairs.map(([, append]) => append),
      expects: [{ model: LICENSE_BY_KEY, key: keyId, ids: rows.map(({ id }) => id) }],
    }))
  )
