import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { unprovedHeader } from '../signed/unproved-header'
import { acceptRevocationInformation, acceptRevocationList, type AcceptRevocationFault } from './accept-revocation'
import { decide, type RevocationRefusal, type StoreRevocation } from './revocation-decider'
import { REVOCATION_STREAM } from './revocation-event'
import { REVOCATION_INFORMATION_TYP } from './revocation-information'
import type { RevocationAuthority } from './revocation-signer'
import { storedRevocation } from './stored-revocation'

type Stored = ReadonlyArray<StoredEvent>

const commandFor = (authority: RevocationAuthority, jws: string): E.Either<AcceptRevocationFault, StoreRevocation> => {
  const header = unprovedHeader(jws)
  return O.isSome(header) && header.value.typ === REVOCATION_INFORMATION_TYP
    ? pipe(
        acceptRevocationInformation(authority, jws),
        E.map((information) => ({ type: 'StoreInformation', information }))
      )
    : pipe(
        acceptRevocationList(authority, jws),
        E.map((list) => ({ type: 'StoreList', list }))
      )
}

/** A fork leaves its alarm once, however often the same document is presented; the fault is answered each time. */
const refuse = ({ store }: Home, { fault, alarm }: RevocationRefusal): TE.TaskEither<CoreFault, Stored> =>
  alarm === null
    ? TE.left(fault)
    : pipe(
        store.append({
          appends: [{ stream: REVOCATION_STREAM, expectedRevision: 'any', events: [alarm] }],
          idempotencyKey: `fork/${JSON.stringify(alarm.data)}`,
        }),
        TE.mapLeft((lost): CoreFault => lost),
        TE.flatMap(() => TE.left(fault))
      )

const apply = (home: Home, command: StoreRevocation): TE.TaskEither<CoreFault, Stored> =>
  pipe(
    storedRevocation(home.store),
    TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, Stored> => {
      const decision = decide(state, command)
      if (E.isLeft(decision)) return refuse(home, decision.left)
      if (decision.right.length === 0) return TE.right([])
      return home.store.append({
        appends: [{ stream: REVOCATION_STREAM, expectedRevision: revision, events: decision.right }],
      })
    })
  )

/**
 * Stores a revocation list or revocation information, if the authority vouches for it and it is newer than what is stored
 * (RV-2, RV-13). What is stored already changes nothing.
 *
 * @param jws a list or information, compact JWS.
 * @param certificates of a list key, in any order; none where the root itself signed.
 * @errors `RevocationMalformed`, `RevocationRolledBack`, `RevocationForked` (which also leaves `RevocationForkSeen`),
 * `CertificateInvalid` and `CertificateExpired` of a list key or without a root, those of the store.
 */
export const storeRevocationData =
  (home: Home) =>
  (jws: string, certificates: ReadonlyArray<string> = []): TE.TaskEither<CoreFault, Stored> =>
    pipe(
      TE.fromIO(() => commandFor({ root: home.authorityRoot, certificates, now: home.clock.now() }, jws)),
      TE.flatMapEither((accepted): E.Either<CoreFault, StoreRevocation> => accepted),
      TE.flatMap((command) => retryConflict(apply(home, command)))
    )

/**
 * Stores the revocation data that came with a license, one after the other. What is older than the stored is passed over:
 * an old license brings an old list, and that never replaces a newer one (RV-2).
 *
 * @errors as for {@link storeRevocationData}, but `RevocationRolledBack`.
 */
export const storeRevocationsOf =
  (home: Home) =>
  (documents: ReadonlyArray<string>, certificates: ReadonlyArray<string>): TE.TaskEither<CoreFault, Stored> =>
    pipe(
      documents,
      TE.traverseSeqArray((jws) =>
        pipe(
          storeRevocationData(home)(jws, certificates),
          TE.orElse((fault) => (fault.type === 'RevocationRolledBack' ? TE.right([]) : TE.left(fault)))
        )
      ),
      TE.map((stored) => stored.flat())
    )
