import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore, StateChange, StreamAppend } from '../store/event-store'
import { decide, type Holding, type HoldingCommand } from './holding-decider'
import { licenseEnvelopeKey } from './key-envelope'
import { LicenseDeleted, LicenseRevoked, licenseStream } from './license-event'
import type { LicenseName } from './license-name'
import { readHolding } from './read-holding'

/** What one command adds to an append: the license's events, and the end of its key where the license goes. */
export interface HoldingChange {
  readonly append: StreamAppend
  readonly state: ReadonlyArray<StateChange>
  /** The license before the change. */
  readonly before: Holding
}

const ENDS: ReadonlySet<string> = new Set([LicenseDeleted.type, LicenseRevoked.type])

/** No event holds a key, so with its envelope the key is gone; the engine overwrites it. */
export const withoutKey = (name: LicenseName): StateChange => ({
  space: 'key-envelope',
  key: licenseEnvelopeKey(name),
  value: null,
})

/**
 * Decides about one license as the log has it now. The append expects that nothing happened to it meanwhile.
 *
 * @errors those of the decider and of the store.
 */
export const changeHolding = (
  store: EventStore,
  { issuer, lid }: LicenseName,
  command: HoldingCommand
): TE.TaskEither<CoreFault, HoldingChange> =>
  pipe(
    readHolding(store, { issuer, lid }),
    TE.flatMapEither(({ state: before, revision }): E.Either<CoreFault, HoldingChange> =>
      pipe(
        decide(before, { issuer, lid }, command),
        E.map((events) => ({
          append: { stream: licenseStream(issuer, lid), expectedRevision: revision, events },
          state: events.some(({ type }) => ENDS.has(type)) ? [withoutKey({ issuer, lid })] : [],
          before,
        }))
      )
    )
  )

/** Stores changes of several licenses together; those that are none are left out. @errors `RevisionConflict`, those of the store. */
export const appendChanges = (
  store: EventStore,
  changes: ReadonlyArray<HoldingChange>,
  more: ReadonlyArray<StreamAppend> = []
): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
  const effective = changes.filter(({ append }) => append.events.length > 0)
  const appends = [...effective.map(({ append }) => append), ...more]
  return appends.length === 0 ? TE.right([]) : store.append({ appends, state: effective.flatMap(({ state }) => state) })
}
