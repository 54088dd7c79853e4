import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

/** Runs a task at the first call and answers later calls with its success; a failure is tried again. */
export const once = <L, A>(task: TaskEither<L, A>): TaskEither<L, A> => {
  let running: Promise<E.Either<L, A>> | undefined
  return () => {
    const started = (running ??= task().then((result) => {
      if (E.isLeft(result)) running = undefined
      return result
    }))
    return started
  }
}
