import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import type { CoreFault } from '@custody/core/fault'
import type { OpenedGrant } from '@custody/core/pipeline-connection'
import type { Grant } from '@custody/core/transfer'
import { catchError, concatMap, concatWith, defer, EMPTY, finalize, type Observable } from 'rxjs'

import { PipelineError } from '../../fault/pipeline-error'
import { redeemer } from './grant-redeemer'

/**
 * Opens a grant for as long as a stage runs. The key leaves the vault at subscription, after its release was recorded;
 * the end of the run is recorded as finished only when the source completed, else as broken.
 *
 * @errors `GrantRefused` with core's fault.
 */
export const withGrant = <T>(grant: Grant, run: (opened: OpenedGrant) => Observable<T>): Observable<T> =>
  defer(async () => {
    const opened = await redeemer.open(grant)()
    if (E.isLeft(opened)) throw new PipelineError({ type: 'GrantRefused', fault: opened.left })
    return opened.right
  }).pipe(
    concatMap((opened) => {
      let closed = false
      const close = (outcome: 'finished' | 'broken'): TaskEither<CoreFault, void> => {
        closed = true
        return opened.close(outcome)
      }
      return run(opened).pipe(
        concatWith(defer(() => closing(close('finished')))),
        catchError((error: unknown) =>
          defer(async () => {
            if (!closed) await close('broken')()
            throw error
          })
        ),
        finalize(() => {
          if (!closed) void close('broken')()
        })
      )
    })
  )

const closing = (close: TaskEither<CoreFault, void>): Observable<never> =>
  defer(async () => {
    const answer = await close()
    if (E.isLeft(answer)) throw new PipelineError({ type: 'GrantRefused', fault: answer.left })
  }).pipe(concatMap(() => EMPTY))

/** Refuses to let another batch leave under a grant that no longer holds (R9). @errors `GrantRefused`. */
export const requireValid = async (opened: OpenedGrant): Promise<void> => {
  const valid = await opened.stillValid()()
  if (E.isLeft(valid)) throw new PipelineError({ type: 'GrantRefused', fault: valid.left })
}
