import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, type Observable, toArray } from 'rxjs'

import { CoreError } from './core-error'
import type { CoreFault } from './core-fault'

/** Runs a promise of the stream world; a `CoreError` becomes its fault, anything else is a bug and is thrown on. */
export const attempted =
  <A>(work: () => Promise<A>): TaskEither<CoreFault, A> =>
  async () => {
    try {
      return E.right(await work())
    } catch (error) {
      if (error instanceof CoreError) return E.left(error.fault)
      throw error
    }
  }

/** Stream to domain: all values of a stream that is known to be short, or the fault of a `CoreError`. */
export const toTaskEither = <A>(stream: Observable<A>): TaskEither<CoreFault, ReadonlyArray<A>> =>
  attempted(() => lastValueFrom(stream.pipe(toArray())))
