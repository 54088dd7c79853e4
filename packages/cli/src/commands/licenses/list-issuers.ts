import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Home } from '@custody/core/home'
import { trustedIssuers, type IssuerOrigin } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { columns } from '../../output/columns'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

const ORIGINS: Readonly<Record<IssuerOrigin, string>> = {
  own: 'this home',
  certified: 'certified by the authority',
  added: 'added by you',
}

/** `custody licenses issuers`: whose licenses this home believes. With `--json` each has its key, as `licenses trust` takes it. */
export const listIssuers =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      trustedIssuers(home),
      TE.bimap(coreFailure, (issuers) => {
        for (const { issuer, origin, key } of issuers.values()) {
          reporter.emit({ issuer, origin, key: jwkOf(key) })
        }
        const rows = [...issuers.values()].map(({ issuer, origin }) => [issuer, ORIGINS[origin]])
        for (const line of columns([['issuer', 'believed because'], ...rows])) reporter.answer(line)
      })
    )

/** The public half alone, whatever the key is. */
const jwkOf = (key: KeyObject): unknown => (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })

/** Adds `issuers`. */
export const addListIssuers: AddSubcommand = (group, perform) => {
  group
    .command('issuers')
    .description('whose licenses this home believes')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(listIssuers(reporter))
      )
    )
}
