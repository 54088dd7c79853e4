import * as TE from 'fp-ts/TaskEither'

import { builtInAdapters } from '../options/built-in-adapters'
import { columns } from '../output/columns'
import type { Reporter } from '../output/reporter'
import type { AddCommand } from './run'

/** `custody adapters`: the rights systems and what each can do. */
export const adapters = (reporter: Reporter): void => {
  for (const { describe } of builtInAdapters) reporter.emit({ ...describe })
  const rows = builtInAdapters.map(({ describe }) => [
    describe.name,
    describe.systemId,
    describe.capabilities.directions.join(' '),
    describe.capabilities.schemes.join(' '),
  ])
  for (const line of columns([['name', 'system id', 'directions', 'schemes'], ...rows])) reporter.answer(line)
}

/** Adds `adapters`. */
export const addAdapters: AddCommand = (program, perform) => {
  program
    .command('adapters')
    .description('the rights systems and what each can do')
    .action(
      perform(
        () =>
          ({ reporter }) =>
            TE.fromIO(() => {
              adapters(reporter)
            })
      )
    )
}
