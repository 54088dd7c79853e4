import { CoreError, type CoreFault } from '@custody/core/fault'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'
import { defer, map, type Observable } from 'rxjs'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { untilInterrupted } from './until-interrupted'

/** A task of core inside a source: its fault ends the source as one of its own would. */
export const fromTask = <A>(task: TE.TaskEither<CoreFault, A>): Observable<A> =>
  defer(task).pipe(
    map(
      E.getOrElse<CoreFault, A>((fault) => {
        throw new CoreError(fault)
      })
    )
  )

/** Runs a source of core for what it does on the way. An interrupt ends the command with 130, without a word. */
export const runSource = (source$: Observable<unknown>): TE.TaskEither<CommandFailure, void> =>
  pipe(
    TE.tryCatch(
      () => untilInterrupted(source$),
      (error) => {
        if (error instanceof CoreError) return coreFailure(error.fault)
        throw error
      }
    ),
    TE.filterOrElse(
      (interrupted) => !interrupted,
      () => failure(EXIT.interrupted)
    ),
    TE.map(() => undefined)
  )
