import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { IssuerId, LicenseId } from '@custody/core/identity'
import { deleteLicense, markForPurge, processDeletionMessage } from '@custody/core/vault'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { EXIT } from '../../failure/exit-code'
import { readInputFile } from '../../options/input-file'
import { eventLine } from '../../output/event-line'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand, ParsedOptions } from '../run'
import { withHome } from '../session'

/** What `custody licenses delete` was told about one license. */
export interface DeleteOptions {
  readonly lid: string
  readonly issuer?: string
  /** A permanent license of somebody else goes all the same. */
  readonly force: boolean
  /** Only mark it: it goes at the next cleaning (LI-45). */
  readonly mark: boolean
}

/** Far above any message that names licenses. */
const LARGEST_MESSAGE = 64 * 1024

/** `custody licenses delete LID`: removes a license with its key, or marks it. */
export const deleteLicenseCommand =
  (reporter: Reporter, { lid: text, issuer, force, mark }: DeleteOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const lid = text.toLowerCase()
    if (issuer !== undefined && !IssuerId.is(issuer)) {
      return TE.left(failure(EXIT.usage, `--issuer: expected an issuer id, found ${JSON.stringify(issuer)}`))
    }
    if (!LicenseId.is(lid)) return TE.left(coreFailure({ type: 'LicenseUnknown', lid: text }))
    const change = mark ? markForPurge(home) : deleteLicense(home)
    return pipe(
      change({ lid, force, ...(issuer === undefined ? {} : { issuer }) }),
      TE.bimap(told, (events) => {
        for (const event of events) reporter.emit(eventLine(event))
        reporter.emit({ type: 'Result', licenseId: lid, marked: mark })
        reporter.say(mark ? `license ${lid} goes at the next custody licenses clean` : `license ${lid} is deleted, with its key`)
      })
    )
  }

/** Says how to go on where one license id means several licenses. */
const told = (fault: CoreFault): CommandFailure => {
  const { exit, lines } = coreFailure(fault)
  return fault.type === 'LicenseAmbiguous' ? failure(exit, ...lines.map((line) => `${line}; name one with --issuer`)) : { exit, lines }
}

/** `custody licenses delete --message FILE`: carries out a deletion message, for licenses that this home made (LI-48). */
export const deleteByMessage =
  (reporter: Reporter, path: string) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      readInputFile(path, LARGEST_MESSAGE),
      TE.chain((bytes) =>
        pipe(
          processDeletionMessage(home)(bytes),
          TE.mapLeft((fault) => coreFailure(fault.type === 'BadInput' ? { ...fault, where: `${path}: ${fault.where}` } : fault))
        )
      ),
      TE.map((removed) => {
        for (const { lid, issuer } of removed) {
          reporter.emit({ licenseId: lid, issuer })
          reporter.say(`license ${lid} is deleted, with its key`)
        }
        reporter.emit({ type: 'Result', removed: removed.length })
      })
    )

type Work = (home: Home) => TE.TaskEither<CommandFailure, void>

/** A license and a message exclude each other, and so do a message and what is said of one license. */
const workFor = (reporter: Reporter, options: ParsedOptions, lid: string | undefined): E.Either<CommandFailure, Work> => {
  const { issuer, message } = options as { issuer?: string; message?: string }
  const [force, mark] = [options['force'] === true, options['mark'] === true]
  if (message === undefined) {
    return lid === undefined
      ? E.left(failure(EXIT.usage, 'a license, or --message'))
      : E.right(deleteLicenseCommand(reporter, { lid, force, mark, ...(issuer === undefined ? {} : { issuer }) }))
  }
  return lid !== undefined || force || mark || issuer !== undefined
    ? E.left(failure(EXIT.usage, '--message names the licenses itself: no license, --issuer, --force or --mark beside it'))
    : E.right(deleteByMessage(reporter, message))
}

/** Adds `delete`. */
export const addDeleteLicense: AddSubcommand = (group, perform) => {
  group
    .command('delete [license]')
    .description('remove a license with its key; or those that a deletion message names')
    .option('--issuer <id>', 'the issuer, where several use the license id')
    .option('--force', 'remove a permanent license of somebody else too')
    .option('--mark', 'let it go at the next cleaning')
    .option('--message <file>', 'a license deletion message (- for standard input)')
    .action(
      perform(
        (options, lid) =>
          ({ reporter, places }) =>
            pipe(
              TE.fromEither(workFor(reporter, options, lid)),
              TE.chain((work) => withHome(places)(work))
            )
      )
    )
}
