import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { concatMap, filter, from } from 'rxjs'

import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { toTaskEither } from '../fault/to-task-either'
import type { EventStore } from '../store/event-store'
import { changeHolding, type HoldingChange } from './change-holding'
import { indexKey, LICENSE_INDEX } from './license-index'
import { licenseOfRow, type LicenseName } from './license-name'

const setBack =
  (store: EventStore) =>
  (name: LicenseName): TE.TaskEither<CoreFault, HoldingChange | undefined> =>
    pipe(
      changeHolding(store, name, { type: 'SetClockBack' }),
      // Another process removed it after the list was read.
      TE.orElseW((fault) => (fault.type === 'LicenseUnknown' ? TE.right(undefined) : TE.left(fault)))
    )

const changes = (change: HoldingChange | undefined): change is HoldingChange =>
  change !== undefined && change.append.events.length > 0

/**
 * What a clock that was set back does to the licenses that say so (LI-21): some are disabled, some deleted with their
 * keys. They are few, so all of them go into one append.
 *
 * @errors those of the store.
 */
export const clockBoundChanges = (store: EventStore): TE.TaskEither<CoreFault, ReadonlyArray<HoldingChange>> =>
  toTaskEither(
    store.scan(LICENSE_INDEX, indexKey.clockBound).pipe(
      concatMap(({ id }) => {
        const name = licenseOfRow(id)
        return from(name === undefined ? [] : [name])
      }),
      concatMap((name) => runTask(setBack(store)(name))),
      filter(changes)
    )
  )
