import * as E from 'fp-ts/Either'
import type { OpenedGrant } from '@custody/core/pipeline-connection'
import type { Grant } from '@custody/core/transfer'
import { catchError, concatMap, concatWith, defer, EMPTY, finalize, from, type Observable } from 'rxjs'

import { nextTurn } from '../../effect/next-turn'
import { PipelineError } from '../../fault/pipeline-error'
import { defences } from '../../lease/defences'
import { redeemer } from './grant-redeemer'

/**
 * Opens a grant for as long as a stage runs. The key leaves the vault at subscription, after its release was recorded;
 * the end of the run is recorded as finished only when the source completed, else as broken.
 *
 * @errors `GrantRefused` with core's fault.
 */
export const withGrant = <T>(grant: Grant, run: (opened: OpenedGrant) => Observable<T>): Observable<T> =>
  defer(() => {
    let wanted = true
    return from(openWhileWanted(grant, () => wanted)).pipe(
      concatMap((opened) => (opened === undefined ? EMPTY : closedAfter(opened, run))),
      finalize(() => {
        wanted = false
      })
    )
  })

/** Undefined when nobody wants the key any more by the time that it is there; the grant is closed again then. */
const openWhileWanted = async (grant: Grant, wanted: () => boolean): Promise<OpenedGrant | undefined> => {
  const opened = await redeemer.open(grant)()
  if (E.isLeft(opened)) throw new PipelineError({ type: 'GrantRefused', fault: opened.left })
  if (wanted()) return opened.right
  await breakOff(opened.right)
  return undefined
}

const closedAfter = <T>(opened: OpenedGrant, run: (opened: OpenedGrant) => Observable<T>): Observable<T> => {
  let closed = false
  // Deferred, so that a fault in preparing the run closes the grant too.
  return defer(() => run(opened)).pipe(
    concatWith(
      defer(() => {
        closed = true
        return finish(opened)
      })
    ),
    catchError((error: unknown) =>
      defer(async () => {
        if (!closed) await breakOff(opened)
        closed = true
        throw error
      })
    ),
    finalize(() => {
      if (!closed) void breakOff(opened)
    })
  )
}

const finish = (opened: OpenedGrant): Observable<never> =>
  defer(async () => {
    const answer = await opened.close('finished')()
    if (E.isLeft(answer)) throw new PipelineError({ type: 'GrantRefused', fault: answer.left })
  }).pipe(concatMap(() => EMPTY))

/** Forgets the keys at once. A run whose end cannot be recorded counts as broken when the log is read again. */
const breakOff = async (opened: OpenedGrant): Promise<void> => {
  await opened
    .close('broken')()
    .catch(() => undefined)
}

/**
 * Refuses to let another batch leave under a grant that no longer holds (R9). The event loop turns first: the store may answer
 * without waiting, and neither the sink nor a cancellation would get a turn before the pool is empty.
 *
 * @errors `GrantRefused`.
 */
export const requireValid = async (opened: OpenedGrant): Promise<void> => {
  await nextTurn()
  const valid = await opened.stillValid()()
  if (!defences.revocation) return
  if (E.isLeft(valid)) throw new PipelineError({ type: 'GrantRefused', fault: valid.left })
}
