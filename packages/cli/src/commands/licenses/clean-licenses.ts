import type { Home } from '@custody/core/home'
import { cleanLicenseStore } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

/** `custody licenses clean`: removes what is marked, over or spent, with its keys. */
export const cleanLicenses =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      cleanLicenseStore(home),
      TE.bimap(coreFailure, ({ removed, temporaryStore }) => {
        reporter.emit({ type: 'Result', removed, temporaryStore })
        reporter.say(removed === 1 ? '1 license removed' : `${removed} licenses removed`)
      })
    )

/** Adds `clean`. */
export const addCleanLicenses: AddSubcommand = (group, perform) => {
  group
    .command('clean')
    .description('remove licenses that are marked, over or spent')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(cleanLicenses(reporter))
      )
    )
}
