import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { concatMap, scan, takeWhile } from 'rxjs/operators'

import type { AnyEventDefinition } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'
import { lastOf } from '../store/last-of'
import type { LogAccess } from '../store/log-access'
import { emptyFold, stepOf, type StreamFold } from './fold-stream'
import { decodeSnapshot, namesOf, SPACE } from './stream-snapshot'

/** Compares the kept states of one fold with the log. */
export interface SnapshotCheck {
  readonly name: string
  /** Whether a reader of the fold may believe these bytes: they say what the events say, or nobody reads them. */
  readonly holds: (store: EventStore, stream: string, bytes: Uint8Array) => TE.TaskEither<CoreFault, boolean>
}

/** The check of a fold with snapshots. Throws for one without. */
export const snapshotCheck = <D extends AnyEventDefinition, S>(fold: StreamFold<D, S>): SnapshotCheck => {
  const { snapshot } = fold
  if (snapshot === undefined) throw new RangeError('the fold keeps no snapshots')
  const textOf = (state: S): string => JSON.stringify(snapshot.encode(state))
  return {
    name: snapshot.name,
    holds: (store, stream, bytes) => {
      const kept = decodeSnapshot(snapshot, bytes)
      if (kept === undefined) return TE.right(true)
      const empty = emptyFold(fold)
      const states$ = store.read(stream).pipe(
        takeWhile(({ revision }) => revision <= kept.revision),
        scan(stepOf(fold), empty)
      )
      return pipe(
        lastOf(states$, empty),
        TE.map(({ state, revision, hash }) => {
          const read = revision === kept.revision && hash === kept.hash
          return !read || textOf(state) === textOf(kept.state)
        })
      )
    },
  }
}

/**
 * Folds every stream that has a snapshot from its first event, and compares. A snapshot that no reader would believe, or
 * that no fold reads, is passed over.
 *
 * @errors `StateBroken` with the key of a snapshot that says something else than the log.
 */
export const verifySnapshots =
  (store: EventStore & LogAccess, checks: ReadonlyArray<SnapshotCheck>): TE.TaskEither<CoreFault, void> =>
  async () => {
    const byName = new Map(checks.map((check) => [check.name, check]))
    const verified$ = store.stateRows(SPACE).pipe(
      concatMap(async ({ key, value }) => {
        const [name, stream] = namesOf(key)
        const holds = await (byName.get(name)?.holds(store, stream, value) ?? TE.right(true))()
        if (E.isLeft(holds)) throw new CoreError(holds.left)
        if (!holds.right) throw new CoreError({ type: 'StateBroken', table: 'state', key: `${SPACE}/${key}` })
      })
    )
    return lastOf(verified$, undefined)()
  }
