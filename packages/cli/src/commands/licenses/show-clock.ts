import type { Home } from '@custody/core/home'
import { acceptClock, observeClock } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { EXIT } from '../../failure/exit-code'
import { instant } from '../../output/instant'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

const SET_BACK = 'set back: rights with dates or hours refuse until it is right again (R13)'
const ACCEPTED = 'set back, and accepted by you for the licenses of this home; those of others refuse rights with dates or hours'

/** `custody licenses clock`: whether the log agrees with this computer's clock. */
export const showClock =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      observeClock(home),
      TE.bimap(coreFailure, (standing) => {
        const now = instant(home.clock.now())
        reporter.emit({ now, ...standing })
        if (standing.type === 'trusted') reporter.answer(`${now}  trusted`)
        else reporter.answer(`${now}  ${standing.acceptedFor === null ? SET_BACK : ACCEPTED}`)
      })
    )

/** `custody licenses clock --accept`: takes a clock that was set back for right, for licenses of this home alone. */
export const acceptClockCommand =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      acceptClock(home),
      TE.mapLeft(coreFailure),
      TE.chain(({ refusal }) =>
        refusal === null
          ? showClock(reporter)(home)
          : TE.left(failure(EXIT.refused, 'the clock is believed; there is nothing to accept (R13)'))
      )
    )

/** Adds `clock`. */
export const addShowClock: AddSubcommand = (group, perform) => {
  group
    .command('clock')
    .description('whether the clock of this computer agrees with the log')
    .option('--accept', 'take a clock that was set back for right, for the licenses of this home')
    .action(
      perform(
        ({ accept }) =>
          ({ reporter, places }) =>
            withHome(places)(accept === true ? acceptClockCommand(reporter) : showClock(reporter))
      )
    )
}
