import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { bufferCount, concatMap, from, type Observable } from 'rxjs'

import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { toTaskEither } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { appendChanges, type HoldingChange } from './change-holding'
import type { LicenseName } from './license-name'

/** Licenses that are changed in one append. */
const RUN = 256

/** What becomes of one license; nothing for one that is not meant after all. */
export type ChangeOf<N extends LicenseName> = (license: N) => TE.TaskEither<CoreFault, HoldingChange | undefined>

interface Changed<N> {
  readonly license: N
  readonly change: HoldingChange
}

const decided = <N extends LicenseName>(changeOf: ChangeOf<N>) => (license: N): TE.TaskEither<CoreFault, ReadonlyArray<Changed<N>>> =>
  pipe(
    changeOf(license),
    TE.map((change) => (change === undefined ? [] : [{ license, change }])),
    // Another process was faster.
    TE.orElse((fault): TE.TaskEither<CoreFault, ReadonlyArray<Changed<N>>> =>
      fault.type === 'LicenseUnknown' ? TE.right([]) : TE.left(fault)
    )
  )

const changeRun = <N extends LicenseName>(
  { store }: Home,
  run: ReadonlyArray<N>,
  changeOf: ChangeOf<N>
): TE.TaskEither<CoreFault, ReadonlyArray<N>> =>
  retryConflict(
    pipe(
      run,
      TE.traverseSeqArray(decided(changeOf)),
      TE.map((changed) => changed.flat()),
      TE.tap((changed) => appendChanges(store, changed.map(({ change }) => change))),
      TE.map((changed) => changed.map(({ license }) => license))
    )
  )

/**
 * Changes many licenses, run by run, each run in one append. The stream must not name a license twice.
 *
 * @returns the licenses that were meant, also those that were changed so already.
 * @errors those of the store, and of `changeOf` but `LicenseUnknown`. Runs before a fault stay.
 */
export const changeMany = <N extends LicenseName>(
  home: Home,
  licenses: Observable<N>,
  changeOf: ChangeOf<N>
): TE.TaskEither<CoreFault, ReadonlyArray<N>> =>
  pipe(
    toTaskEither(
      licenses.pipe(
        bufferCount(RUN),
        concatMap((run) => runTask(changeRun(home, run, changeOf))),
        concatMap((changed) => from(changed))
      )
    )
  )
