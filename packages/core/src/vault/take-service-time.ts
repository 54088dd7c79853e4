import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { ServiceAnswer } from '../exchange/service-client'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { timestampMicros } from '../license/timestamp'
import { attestClock } from './accept-clock'
import { lookAtClock } from './observe-clock'

/**
 * Takes the time of a believed reply as word for this computer's clock, where it was found wrong or nobody vouched for it yet
 * (R13). A reply that says nothing of the clock, and a clock that is right and vouched for, change nothing; nor does a clock
 * that is off by the service's time.
 *
 * @errors those of the store.
 * @source docs/reference/protocols.md, section 9
 */
export const takeServiceTime =
  (home: Home) =>
  ({ at, vouches }: Pick<ServiceAnswer<unknown>, 'at' | 'vouches'>): TE.TaskEither<CoreFault, void> =>
    vouches
      ? pipe(
          lookAtClock(home),
          TE.flatMap(({ standing, attested }): TE.TaskEither<CoreFault, unknown> =>
            standing.type === 'trusted' && attested ? TE.right(undefined) : attestClock(home)({ at: timestampMicros(at) })
          ),
          TE.map(() => undefined)
        )
      : TE.right(undefined)
