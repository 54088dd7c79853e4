import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { verifyHome, type VerifiedHome } from '@custody/core/verify'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import type { Reporter } from '../output/reporter'
import { findingLines, uncheckedLine, verifiedSheet } from '../output/verified-sheet'
import type { AddCommand } from './run'
import { withHome } from './session'

/** `custody verify`: checks the whole home and names the first bad record. */
export const verify =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      verifyHome(home),
      TE.mapLeft((fault) => broken(reporter, fault)),
      TE.chain((verified) => told(reporter, verified))
    )

const broken = (reporter: Reporter, fault: CoreFault): CommandFailure => {
  reporter.emit({ whole: false, fault })
  return coreFailure(fault)
}

const told = (reporter: Reporter, verified: VerifiedHome): TE.TaskEither<CommandFailure, void> => {
  const { findings, damaged, unchecked } = verified
  reporter.emit({ whole: damaged === 0, ...verified })
  for (const line of verifiedSheet(verified)) reporter.answer(line)
  for (const gap of unchecked) reporter.answer(uncheckedLine(gap))
  const harmless = findings.filter(({ damage }) => !damage)
  for (const line of harmless.flatMap(findingLines)) reporter.answer(line)
  if (damaged === 0) return TE.right(undefined)
  const lines = findings.filter(({ damage }) => damage).flatMap(findingLines)
  const more = damaged - lines.length
  return TE.left(failure(EXIT.badInput, ...lines, ...(more > 0 ? [`and ${String(more)} more`] : [])))
}

/** Adds `verify`. */
export const addVerify: AddCommand = (program, perform) => {
  program
    .command('verify')
    .description('check the log, its anchors, the licenses and their keys; names the first bad record')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(verify(reporter))
      )
    )
}
