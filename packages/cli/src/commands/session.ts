import { systemClock } from '@custody/core/clock'
import { openHome, type Home } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import type { HomePlaces } from '../options/home-place'

/** Opens the home for one piece of work and closes it afterwards, however the work ends. */
export const withHome =
  (places: HomePlaces) =>
  <A>(work: (home: Home) => TE.TaskEither<CommandFailure, A>): TE.TaskEither<CommandFailure, A> =>
    pipe(
      openHome({ ...places, clock: systemClock, random: systemRandom }),
      TE.mapLeft(coreFailure),
      TE.chain((home) => async () => {
        try {
          return await work(home)()
        } finally {
          home.close()
        }
      })
    )

