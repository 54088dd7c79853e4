import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, type Observable } from 'rxjs'

import { CoreError } from '../fault/core-error'
import type { StoreFault } from '../fault/core-fault'

/** The last item of a store's stream when it has ended, or `otherwise` of an empty one. @errors those of the stream. */
export const lastOf =
  <A>(items$: Observable<A>, otherwise: A): TaskEither<StoreFault, A> =>
  async () => {
    try {
      return E.right(await lastValueFrom(items$, { defaultValue: otherwise }))
    } catch (error) {
      // The streams of a store carry nothing but its own faults.
      if (error instanceof CoreError) return E.left(error.fault as StoreFault)
      throw error
    }
  }
