import type { Home } from '@custody/core/home'
import { IssuerId } from '@custody/core/identity'
import { distrustIssuer } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { EXIT } from '../../failure/exit-code'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

/** `custody licenses distrust ISSUER`: believes an issuer no more; its licenses stay and allow nothing. */
export const distrustIssuerCommand =
  (reporter: Reporter, issuer: string) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    IssuerId.is(issuer)
      ? pipe(
          distrustIssuer(home)(issuer),
          TE.bimap(
            (fault) =>
              fault.type === 'BadInput'
                ? failure(EXIT.refused, `${issuer} cannot be distrusted: expected ${fault.expected}`)
                : coreFailure(fault),
            () => {
              reporter.emit({ type: 'Result', issuer })
              reporter.say(`licenses of ${issuer} allow nothing from now on; they stay in this home`)
            }
          )
        )
      : TE.left(failure(EXIT.usage, `expected an issuer id as custody licenses issuers shows it, found ${JSON.stringify(issuer)}`))

/** Adds `distrust`. */
export const addDistrustIssuer: AddSubcommand = (group, perform) => {
  group
    .command('distrust <issuer>')
    .description('believe the licenses of an issuer no more')
    .action(
      perform(
        (_, issuer = '') =>
          ({ reporter, places }) =>
            withHome(places)(distrustIssuerCommand(reporter, issuer))
      )
    )
}
