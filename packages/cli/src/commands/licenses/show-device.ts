import { deviceIdentity, type Home } from '@custody/core/home'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

/** `custody licenses device`: what an issuer needs to make a license for this home. JSON for people too: it is to be sent. */
export const showDevice =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      deviceIdentity(home),
      TE.bimap(coreFailure, (identity) => {
        reporter.emit({ ...identity })
        reporter.answer(JSON.stringify(identity, undefined, 2))
      })
    )

/** Adds `device`. */
export const addShowDevice: AddSubcommand = (group, perform) => {
  group
    .command('device')
    .description('what an issuer needs to make a license for this home: public key, epoch, credential')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(showDevice(reporter))
      )
    )
}
