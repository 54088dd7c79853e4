import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { tap } from 'rxjs/operators'

import type { LogRecord } from '../event/log-record'
import type { CoreFault, StoreFault } from '../fault/core-fault'
import type { EventStore, Projection } from './event-store'
import { lastOf } from './last-of'
import type { LogAccess } from './log-access'
import { type VerifiedLog, verifyLog } from './verify-log'
import { modelAudit, type ModelAudit } from './verify-models'

/** What a store is verified against. */
export interface StoreExpectations {
  /** Thumbprint of the log key. */
  readonly logId: string
  /** The read models that the store was opened with; rows of others are read by nobody and passed over. */
  readonly projections: ReadonlyArray<Projection>
}

/** Others may append while rows are compared; a store that is never quiet for so long is not compared. */
const MOST_COMPARISONS = 5

/**
 * Verifies all that a store holds: the engine's structures and the digests of what lies beside the log, the chain of
 * records and its head, and the rows of the read models against what the records say. Memory grows by some fifty bytes a
 * row. A log that was cut off together with its head, or put back as a whole, needs an anchor; a snapshot needs a fold.
 *
 * @errors `LogBroken`, `StateBroken`, `ModelBroken`, each naming the first bad record, value or row; `StoreLocked` when
 * others never stop appending.
 */
export const verifyStore = (
  store: EventStore & LogAccess,
  { logId, projections }: StoreExpectations
): TE.TaskEither<CoreFault, VerifiedLog> => {
  const audited = (audit: ModelAudit): TE.TaskEither<CoreFault, VerifiedLog> =>
    pipe(
      verifyLog(store, logId, audit.see),
      TE.tap((verified) => compared(store, projections, audit, verified.events))
    )
  return pipe(
    store.selfCheck(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap(() => audited(modelAudit(projections)))
  )
}

/** Compares the models once they have seen the log, and again with what was appended meanwhile where they differ. */
const compared = (
  store: EventStore & LogAccess,
  projections: ReadonlyArray<Projection>,
  audit: ModelAudit,
  seen: number,
  comparisons = 1
): TE.TaskEither<StoreFault, void> =>
  pipe(
    broughtUp(store, projections),
    TE.flatMap(() => TE.fromTask(audit.compare(store))),
    TE.flatMap((result): TE.TaskEither<StoreFault, void> => {
      if (E.isRight(result) || result.left.type !== 'ModelBroken') return TE.fromEither(result)
      return pipe(
        lastOf(store.records(seen).pipe(tap(audit.see)), undefined),
        TE.flatMap((newest: LogRecord | undefined): TE.TaskEither<StoreFault, void> => {
          if (newest === undefined) return TE.fromEither(result)
          if (comparisons >= MOST_COMPARISONS) return TE.left({ type: 'StoreLocked', place: 'read models' })
          return compared(store, projections, audit, newest.position, comparisons + 1)
        })
      )
    })
  )

/** A look at any key makes a model see the whole log. */
const broughtUp = (
  store: EventStore,
  projections: ReadonlyArray<Projection>
): TE.TaskEither<StoreFault, unknown> => TE.traverseSeqArray(({ model }: Projection) => store.lookUp(model, ''))(projections)
