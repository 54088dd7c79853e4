import { explain, type ExplainRequest, type Explanation } from '@custody/core/explain'
import type { Home } from '@custody/core/home'
import { Action } from '@custody/core/license'
import { InvalidArgumentError } from 'commander'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { timeOption } from '../options/time-option'
import { instant } from '../output/instant'
import type { Reporter } from '../output/reporter'
import type { AddCommand, ParsedOptions } from './run'
import { withHome } from './session'

/** `custody explain`: why an action was allowed or refused then, by which events, and what would have turned it. */
export const explainCommand =
  (reporter: Reporter, request: ExplainRequest) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      explain(home)(request),
      TE.mapLeft(coreFailure),
      TE.filterOrElse(
        ({ subject }) => subject.type !== 'unknown',
        () => failure(EXIT.refused, `${JSON.stringify(request.subject)} is no license, key ID or event of this home`)
      ),
      TE.map((explanation) => {
        reporter.emit(explanationRecord(explanation))
        for (const line of explanation.text) reporter.answer(line)
      })
    )

/** Members that hold a time in microseconds inside. */
const TIMES: ReadonlySet<string> = new Set(['at', 'time', 'to'])

/** Times are RFC 3339 text wherever they leave the program. */
const explanationRecord = (explanation: Explanation): Readonly<Record<string, unknown>> =>
  JSON.parse(
    JSON.stringify(explanation, (name, value: unknown) => (TIMES.has(name) && typeof value === 'number' ? instant(value) : value))
  ) as Readonly<Record<string, unknown>>

const actionOption = (text: string, earlier: ReadonlyArray<Action> | undefined): ReadonlyArray<Action> => {
  if (Action.is(text)) return [...(earlier ?? []), text]
  throw new InvalidArgumentError(`One of ${Action.types.map(({ value }) => value).join(', ')}.`)
}

/** Adds `explain`. */
export const addExplain: AddCommand = (program, perform) => {
  program
    .command('explain <subject>')
    .description('why an action was allowed or refused: of a license, a key ID or an event')
    .option('--at <time>', 'as it was at that moment (RFC 3339)', timeOption)
    .option('--action <action>', 'the action that is asked about, once or more (default: Copy and Play)', actionOption)
    .action(
      perform(
        (options, subject = '') =>
          ({ reporter, places }) =>
            withHome(places)(explainCommand(reporter, requestOf(options, subject)))
      )
    )
}

const requestOf = (options: ParsedOptions, subject: string): ExplainRequest => {
  const { at, action } = options as { at?: number; action?: ReadonlyArray<Action> }
  return { subject, ...(at === undefined ? {} : { at }), ...(action === undefined ? {} : { actions: action }) }
}
