import type { Home } from '@custody/core/home'
import { everyLicense } from '@custody/core/vault'
import type * as TE from 'fp-ts/TaskEither'
import { concatMap, map, takeWhile, tap } from 'rxjs'

import type { CommandFailure } from '../../failure/command-failure'
import { columnsOf } from '../../output/columns'
import { knownTitle } from '../../output/known-title'
import { licenseRecord } from '../../output/license-record'
import { rightsInBrief } from '../../output/license-sheet'
import type { Reporter } from '../../output/reporter'
import { defaultSubcommand } from '../default-subcommand'
import type { AddSubcommand } from '../run'
import { fromTask, runSource } from '../run-source'
import { withHome } from '../session'

/** Wide enough for a license id, a key ID, a state, and rights with counts. */
const row = columnsOf([36, 32, 8, 24])

/** `custody licenses`: what this home holds, one license at a time, as a vault may be larger than the memory. */
export const listLicenses =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const titleOf = knownTitle(home)
    reporter.answer(row(['license', 'key ID', 'state', 'rights', 'title']))
    return runSource(
      everyLicense(home).pipe(
        takeWhile(() => reporter.isHeard()),
        concatMap((license) => fromTask(titleOf(license.keyId)).pipe(map((title) => ({ license, title })))),
        tap(({ license, title }) => {
          reporter.emit(licenseRecord(license, title))
          reporter.answer(row([license.lid, license.keyId, license.state.standing, rightsInBrief(license), title ?? '']))
        })
      )
    )
  }

/** Adds `list`, which `custody licenses` alone means too. */
export const addListLicenses: AddSubcommand = (group, perform) => {
  defaultSubcommand(group, 'list')
    .description('every license')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(listLicenses(reporter))
      )
    )
}
