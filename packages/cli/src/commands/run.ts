import type { Command } from 'commander'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import type { HomePlaces } from '../options/home-place'
import type { Reporter } from '../output/reporter'

/** What a command is run with. */
export interface Run {
  readonly reporter: Reporter
  readonly places: HomePlaces
}

/** A command, once its words and options are known. */
export type Work = (run: Run) => TaskEither<CommandFailure, unknown>

/** Options as they were parsed; each command knows the shape of its own. */
export type ParsedOptions = Readonly<Record<string, unknown>>

/** Ties a command of the parser to its work. */
export type Perform = (
  work: (options: ParsedOptions, ...words: ReadonlyArray<string>) => Work
) => (...given: unknown[]) => Promise<void>

/** Adds a command, or a group of them, to the program. */
export type AddCommand = (program: Command, perform: Perform) => void

/** Adds a subcommand, or several, to the group of a command. */
export type AddSubcommand = (group: Command, perform: Perform) => void
