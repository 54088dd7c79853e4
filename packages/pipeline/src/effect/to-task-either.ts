import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, type Observable } from 'rxjs'

import { PipelineError } from '../fault/pipeline-error'
import type { PipelineFault } from '../fault/pipeline-fault'

/** Stream to domain: the last value, or the fault of a `PipelineError`. Anything else is a bug and is thrown on. */
export const toTaskEither =
  <A>(stream: Observable<A>): TaskEither<PipelineFault, A> =>
  async () => {
    try {
      return E.right(await lastValueFrom(stream))
    } catch (error) {
      if (error instanceof PipelineError) return E.left(error.fault)
      throw error
    }
  }
