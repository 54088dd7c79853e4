import { Command, CommanderError } from 'commander'
import * as E from 'fp-ts/Either'

import { COMMANDS, wantedCommands } from './commands/command-table'
import type { Perform, Run } from './commands/run'
import type { CommandFailure } from './failure/command-failure'
import { EXIT, type ExitCode } from './failure/exit-code'
import { homePlaces } from './options/home-place'
import { createReporter } from './output/reporter'
import { watchStandardOutput, type StandardOutput } from './output/standard-output'
import { VERSION } from './version'

/** Options that stand before or after any command. */
interface GlobalOptions {
  readonly home?: string
  readonly authority?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** Runs one command line and answers its exit code. @source docs/reference/command-line.md */
export const runCommandLine = async (words: ReadonlyArray<string>): Promise<ExitCode> => {
  let exit: ExitCode = EXIT.done
  const output = watchStandardOutput()
  const program = createProgram()
  const perform: Perform =
    (work) =>
    async (...given) => {
      const command = given.at(-1) as Command
      const options = command.optsWithGlobals<GlobalOptions & Record<string, unknown>>()
      const run = runFor(options, output)
      const answer = await work(options, ...command.args)(run)()
      if (E.isRight(answer)) return
      for (const line of answer.left.lines) run.reporter.warn(line)
      if (answer.left.exit === EXIT.usage) command.outputHelp({ error: true })
      exit = answer.left.exit
    }
  for (const name of wantedCommands(words)) (await COMMANDS.get(name)?.())?.(program, perform)
  try {
    await program.parseAsync([...words], { from: 'user' })
    return worst(exit, await output.settled())
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    throw error
  }
}

/** A command that succeeded and could not say so has failed. */
const worst = (exit: ExitCode, unwritten: CommandFailure | undefined): ExitCode => {
  for (const line of unwritten?.lines ?? []) process.stderr.write(`custody: ${line}\n`)
  return unwritten === undefined || exit !== EXIT.done ? exit : unwritten.exit
}

const runFor = ({ home, authority, json, quiet }: GlobalOptions, output: StandardOutput): Run => ({
  reporter: createReporter({ json: json === true, quiet: quiet === true, output }),
  places: homePlaces({
    ...(home === undefined ? {} : { home }),
    ...(authority === undefined ? {} : { authority }),
    environment: process.env,
  }),
})

const createProgram = (): Command =>
  new Command('custody')
    .description('Client-side rights for Windows Media files.')
    .version(VERSION)
    .option('--home <dir>', 'one computer: its log, its keystore, its configuration (default: ~/.custody)')
    .option('--authority <dir>', 'where the embedded services keep their own log and keys')
    .option('--json', 'one JSON object per line on standard output')
    .option('--quiet', 'no messages')
    .showHelpAfterError()
    .exitOverride()
