import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import type { StoredLicense } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { columns } from '../../output/columns'
import { knownTitle } from '../../output/known-title'
import { licenseRecord } from '../../output/license-record'
import { licenseSheet } from '../../output/license-sheet'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'
import { namedLicenses, type LicenseWords } from './named-license'

/** `custody licenses show LID`: one license, whole; one of each issuer that uses the id. */
export const showLicense =
  (reporter: Reporter, words: LicenseWords) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      namedLicenses(home)(words),
      TE.flatMap(TE.traverseSeqArray(show(reporter, home))),
      TE.bimap(coreFailure, () => undefined)
    )

const show =
  (reporter: Reporter, home: Home) =>
  (license: StoredLicense): TE.TaskEither<CoreFault, void> =>
    pipe(
      knownTitle(home)(license.keyId),
      TE.map((title) => {
        reporter.emit(licenseRecord(license, title))
        for (const line of columns(licenseSheet(license, title))) reporter.answer(line)
        reporter.answer('')
        reporter.answer(JSON.stringify(license.document, undefined, 2))
      })
    )

/** Adds `show`. */
export const addShowLicense: AddSubcommand = (group, perform) => {
  group
    .command('show <license>')
    .description('one license, whole')
    .option('--issuer <id>', 'only the license of this issuer')
    .action(
      perform(
        ({ issuer }, lid = '') =>
          ({ reporter, places }) =>
            withHome(places)(showLicense(reporter, { lid, ...(typeof issuer === 'string' ? { issuer } : {}) }))
      )
    )
}
