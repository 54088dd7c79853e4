import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { PipelineError } from '../fault/pipeline-error'
import type { PipelineFault } from '../fault/pipeline-fault'

/** Domain to stream: runs a task; `Left` becomes a rejection with a `PipelineError`. */
export const runTask = async <A>(task: TaskEither<PipelineFault, A>): Promise<A> => orThrow(await task())

/** Domain to stream, for a value that is at hand. */
export const orThrow = <A>(answer: E.Either<PipelineFault, A>): A => {
  if (E.isLeft(answer)) throw new PipelineError(answer.left)
  return answer.right
}
