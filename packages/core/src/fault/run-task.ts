import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { CoreError } from './core-error'
import type { CoreFault } from './core-fault'

/** Domain to stream, for a value that is at hand: `Left` is thrown as a `CoreError`. */
export const orThrow = <A>(answer: E.Either<CoreFault, A>): A => {
  if (E.isLeft(answer)) throw new CoreError(answer.left)
  return answer.right
}

/** Domain to stream: runs a task; `Left` becomes a rejection with a `CoreError`. */
export const runTask = async <A>(task: TaskEither<CoreFault, A>): Promise<A> => orThrow(await task())
