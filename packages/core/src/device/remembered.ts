import type * as TE from 'fp-ts/TaskEither'

import type { KeystoreFault } from '../fault/core-fault'
import { once } from './once'

/** Remembers one task per name, so that each file is opened once. */
export const remembered = <A>(): ((name: string, task: TE.TaskEither<KeystoreFault, A>) => TE.TaskEither<KeystoreFault, A>) => {
  const tasks = new Map<string, TE.TaskEither<KeystoreFault, A>>()
  return (name, task) => {
    const known = tasks.get(name) ?? once(task)
    tasks.set(name, known)
    return known
  }
}
