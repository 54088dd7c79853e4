import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'
import { concatMap, count, filter } from 'rxjs'

import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { toTaskEither } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { ALL, OPEN_USES } from './read-models'
import { returnUse } from './use-step'

const OpenUse = t.type({ expires: t.number }, 'open use')

/**
 * Gives back the uses that were reserved, never redeemed, and whose grants have expired: those of processes that died.
 * The log decides who was faster, so that this may run at any time, in any process.
 *
 * @returns how many were looked at.
 */
export const returnAbandonedUses = (home: Home): TE.TaskEither<CoreFault, number> => {
  const now = home.clock.now()
  return pipe(
    toTaskEither(
      home.store.scan(OPEN_USES, ALL).pipe(
        filter(({ value }) => OpenUse.is(value) && value.expires < now),
        concatMap(({ id }) => runTask(returnUse(home, id, 'expired'))),
        count()
      )
    ),
    TE.map(([returned = 0]) => returned)
  )
}
