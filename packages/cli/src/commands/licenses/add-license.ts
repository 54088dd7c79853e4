import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { readLicenseResponse } from '@custody/core/license'
import { addLicense } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { EXIT } from '../../failure/exit-code'
import { readInputFile } from '../../options/input-file'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

/** Largest file that holds one license with certificates and lists. */
const LARGEST = 4 * 1024 * 1024

/** `custody licenses add FILE`: takes in a license with its key, both or neither. */
export const addLicenseCommand =
  (reporter: Reporter, path: string) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      readInputFile(path, LARGEST),
      TE.chain((bytes) =>
        pipe(
          TE.fromEither(readLicenseResponse(bytes)),
          TE.mapLeft((fault): CoreFault => fault),
          TE.chain(addLicense(home)),
          TE.mapLeft((fault) => inFile(path, fault))
        )
      ),
      TE.map(({ issuer, lid, keyId, alreadyHeld }) => {
        reporter.emit({ type: 'Result', licenseId: lid, issuer, keyId, alreadyHeld })
        const stored = `license ${lid} of ${issuer} for key ID ${keyId} is stored`
        reporter.say(alreadyHeld ? `the license ${lid} is in this home already` : stored)
      })
    )

/** A key that does not open is no damage of this home's own keys here. */
const inFile = (path: string, fault: CoreFault): CommandFailure => {
  if (fault.type === 'SealBroken') {
    return failure(EXIT.badInput, `${path}: the key does not open here: it is damaged, or sealed for another computer or license`)
  }
  const { exit, lines } = coreFailure(fault)
  return exit === EXIT.outside ? { exit, lines } : failure(exit, ...lines.map((line) => `${path}: ${line}`))
}

/** Adds `add`. */
export const addAddLicense: AddSubcommand = (group, perform) => {
  group
    .command('add <file>')
    .description('take in a license as a license server answers with it (- for standard input)')
    .action(
      perform(
        (_, path = '') =>
          ({ reporter, places }) =>
            withHome(places)(addLicenseCommand(reporter, path))
      )
    )
}
