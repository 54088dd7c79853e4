import type { Home } from '@custody/core/home'
import { listLicenses, type StoredLicense } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { columns } from '../output/columns'
import type { Reporter } from '../output/reporter'
import type { AddCommand } from './run'
import { withHome } from './session'

/** `custody licenses`: what this home holds. */
export const licenses =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      listLicenses(home),
      TE.bimap(coreFailure, (all) => {
        for (const license of all) reporter.emit(licenseLine(license))
        const rows = all.map(({ lid, keyId, document }) => [
          lid,
          keyId,
          document.rights.map(({ action }) => action).join(' '),
          document.issued,
        ])
        for (const line of columns([['license', 'key ID', 'rights', 'issued'], ...rows])) reporter.answer(line)
      })
    )

/** `custody licenses show LID`: one license, whole. */
export const showLicense =
  (reporter: Reporter, lid: string) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      listLicenses(home),
      TE.mapLeft(coreFailure),
      TE.chain((all) => {
        const found = all.filter((license) => license.lid === lid)
        if (found.length === 0) return TE.left(failure(EXIT.refused, `no license ${lid} in this home`))
        for (const license of found) {
          reporter.emit(licenseLine(license))
          reporter.answer(JSON.stringify(license.document, undefined, 2))
        }
        return TE.right(undefined)
      })
    )

const licenseLine = ({ lid, issuer, keyId, priority, document }: StoredLicense): Readonly<Record<string, unknown>> => ({
  licenseId: lid,
  issuer,
  keyId,
  priority,
  document,
})

/** Adds `licenses` and its subcommands. */
export const addLicenses: AddCommand = (program, perform) => {
  const group = program.command('licenses').description('the licenses of this home')
  group
    .command('list', { isDefault: true })
    .description('every license')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(licenses(reporter))
      )
    )
  group
    .command('show <license>')
    .description('one license, whole')
    .action(
      perform(
        (_, lid = '') =>
          ({ reporter, places }) =>
            withHome(places)(showLicense(reporter, lid))
      )
    )
}
