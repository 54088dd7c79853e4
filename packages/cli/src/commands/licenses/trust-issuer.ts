import type { Home } from '@custody/core/home'
import { trustIssuer } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { readJsonFile } from '../../options/json-file'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

/** `custody licenses trust FILE`: believes the licenses that a key signs, because the user says so. */
export const trustIssuerCommand =
  (reporter: Reporter, path: string) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      readJsonFile(path),
      TE.chain((jwk) =>
        pipe(
          trustIssuer(home)(jwk),
          TE.mapLeft((fault) => coreFailure(fault.type === 'BadInput' ? { ...fault, where: `${path}: ${fault.where}` } : fault))
        )
      ),
      TE.map((issuer) => {
        reporter.emit({ type: 'Result', issuer })
        reporter.say(`licenses of ${issuer} are believed from now on; custody licenses distrust ${issuer} ends that`)
      })
    )

/** Adds `trust`. */
export const addTrustIssuer: AddSubcommand = (group, perform) => {
  group
    .command('trust <file>')
    .description('believe licenses that this public key signs: a JWK (- for standard input)')
    .action(
      perform(
        (_, path = '') =>
          ({ reporter, places }) =>
            withHome(places)(trustIssuerCommand(reporter, path))
      )
    )
}
