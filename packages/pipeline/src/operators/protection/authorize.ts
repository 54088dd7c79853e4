import type { CoreFault } from '@custody/core/fault'
import type { Grant } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { concatMap, defer } from 'rxjs'

import type { State } from '../../batch/state'
import { PipelineError } from '../../fault/pipeline-error'
import type { Operator } from '../../lease/operator'

/**
 * Asks for a grant when the run begins, and protects by what was granted: a pipeline can be put together before anybody is asked, and
 * each run asks anew. Nothing is read from the source before the answer is there, and nothing after a refusal. Keeps the laws of the
 * operator that it makes; holds what that one holds.
 *
 * ```text
 * ask        ---g|
 * source     (begins then)  --a--b--|
 * authorize  -----------------x--y--|    x, y: as the operator made with g gives them
 * ```
 *
 * @param ask Answers a grant of core, as `authorizeExport` or `authorizeProtection` give them.
 * @param protecting Makes the operator: `transcrypt`, `protect`, `toSession` or `fromSession`.
 * @errors `GrantRefused` with core's fault when the answer is a refusal; those of the operator.
 * @example
 * authorize(ask, (grant) => transcrypt(grant, { tracks }))
 */
export const authorize =
  <A extends State, B extends State>(ask: TaskEither<CoreFault, Grant>, protecting: (grant: Grant) => Operator<A, B>): Operator<A, B> =>
  (source) =>
    defer(ask).pipe(
      concatMap((answer) => {
        if (E.isLeft(answer)) throw new PipelineError({ type: 'GrantRefused', fault: answer.left })
        return protecting(answer.right)(source)
      })
    )
