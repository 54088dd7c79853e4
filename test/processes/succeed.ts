import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

/** The value of a task that must succeed; its fault is thrown as text. */
export const succeed = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`expected success, found ${JSON.stringify(result.left)}`)
  return result.right
}
