import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { concatMap, filter, from, take, type Observable } from 'rxjs'

import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import { toTaskEither } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { lifeOf } from '../license/life'
import type { ReadModelRow } from '../store/event-store'
import { changeHolding } from './change-holding'
import { changeMany, type ChangeOf } from './change-many'
import type { RemovalReason } from './holding-decider'
import { indexKey, LICENSE_INDEX, LiveLicense } from './license-index'
import { licenseOfRow, type LicenseName } from './license-name'
import { LICENSE_STORE_STREAM, LicenseStoreCleaned } from './license-store-event'
import { liveRows } from './live-rows'
import { storedLicense, type StoredLicense } from './stored-licenses'

/** What a cleaning came to. */
export interface CleanedStore {
  /** Licenses that went. */
  readonly removed: number
  /** Whether there was a temporary store; without one the platform answers `DRM_E_LICENSENOTFOUND` (LI-47). */
  readonly temporaryStore: boolean
}

/** Why a license goes at a cleaning; nothing for one that stays. */
const reasonToRemove = (license: StoredLicense, marked: boolean, now: number): RemovalReason | undefined => {
  const { state, facts } = license
  if (marked) return 'marked'
  const temporary = facts.persist !== 'permanent' && !state.persisted
  if (temporary && state.standing === 'disabled') return 'unusable'
  // A use that may still come back brings its count back. A clock that is set back makes nothing end early.
  if (state.reserved.size > 0) return undefined
  return lifeOf({ license, state }, now) === 'over' ? 'over' : undefined
}

interface Listed extends LicenseName {
  readonly marked: boolean
}

const removal =
  (home: Home, now: number): ChangeOf<Listed> =>
  (listed) =>
    pipe(
      storedLicense(home)(listed),
      TE.flatMap((license): ReturnType<ChangeOf<Listed>> => {
        const why = license && reasonToRemove(license, listed.marked, now)
        return why === undefined ? TE.right(undefined) : changeHolding(home.store, listed, { type: 'RemoveLicense', why })
      })
    )

const named = (rows: Observable<ReadModelRow>, marked: boolean): Observable<Listed> =>
  rows.pipe(
    concatMap(({ id }) => {
      const name = licenseOfRow(id)
      return from(name === undefined ? [] : [{ ...name, marked }])
    })
  )

/** List by list, so that no run names a license twice. */
const lists = (home: Home): ReadonlyArray<Observable<Listed>> => [
  named(home.store.scan(LICENSE_INDEX, indexKey.marked), true),
  named(home.store.scan(LICENSE_INDEX, indexKey.temporary), false),
  named(liveRows(home).pipe(filter(({ value }) => !LiveLicense.is(value) || value.ends)), false),
]

const removedBy = (home: Home, now: number): TE.TaskEither<CoreFault, number> =>
  pipe(
    lists(home),
    TE.traverseSeqArray((list) => changeMany(home, list, removal(home, now))),
    TE.map((removed) => removed.flat().length)
  )

const hasTemporaryStore = ({ store }: Home): TE.TaskEither<CoreFault, boolean> =>
  pipe(
    toTaskEither(store.scan(LICENSE_INDEX, indexKey.temporary).pipe(take(1))),
    TE.map((rows) => rows.length > 0)
  )

/**
 * Cleans the license store: what is marked (LI-45), temporary licenses that nothing can be done with any more (LI-47), and all
 * that have removed themselves, at their end or with their last count (LI-19), with their keys. A license that is over allows
 * nothing even before it is cleaned away. The end is an event, which stands for the platform's `MEWMDRMLicenseStoreCleaned`.
 * No file is rewritten: the engine uses freed room again (decision on LI-47).
 *
 * @errors those of the store. What was removed until then is gone.
 */
export const cleanLicenseStore = (home: Home): TE.TaskEither<CoreFault, CleanedStore> =>
  pipe(
    TE.Do,
    TE.bind('temporaryStore', () => hasTemporaryStore(home)),
    TE.bind('removed', () => removedBy(home, home.clock.now())),
    TE.tap(({ removed }) =>
      home.store.append({
        appends: [
          {
            stream: LICENSE_STORE_STREAM,
            expectedRevision: 'any',
            events: [newEvent(LicenseStoreCleaned, { removed })],
          },
        ],
      })
    ),
    TE.map(({ removed, temporaryStore }) => ({ removed, temporaryStore }))
  )
