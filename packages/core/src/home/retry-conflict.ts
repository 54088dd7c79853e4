import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'

/** Each conflict means that another append went through, so this many in a row show a bug rather than a crowd. */
const MOST_ATTEMPTS = 1000

const isConflict = ({ type }: CoreFault): boolean => type === 'RevisionConflict' || type === 'ModelConflict'

/** Reads, decides and appends anew as long as another writer was faster. The last conflict passes as it is. */
export const retryConflict =
  <A>(attempt: TaskEither<CoreFault, A>): TaskEither<CoreFault, A> =>
  async () => {
    for (let attempts = 1; ; attempts++) {
      const result = await attempt()
      if (E.isRight(result) || !isConflict(result.left) || attempts >= MOST_ATTEMPTS) return result
    }
  }
