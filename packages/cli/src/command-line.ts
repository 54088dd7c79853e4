import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { adapters } from './commands/adapters'
import { events } from './commands/events'
import { exportCommand } from './commands/export'
import { inspect } from './commands/inspect'
import { licenses, showLicense } from './commands/licenses'
import { protectCommand } from './commands/protect'
import { revealKeysCommand } from './commands/reveal-keys'
import { withHome } from './commands/session'
import { tour } from './commands/tour'
import type { CommandFailure } from './failure/command-failure'
import { EXIT, type ExitCode } from './failure/exit-code'
import { adapterNamed, builtInAdapters } from './options/built-in-adapters'
import { homePlaces, type HomePlaces } from './options/home-place'
import { createReporter, type Reporter } from './output/reporter'
import { VERSION } from './version'

/** What a command is run with. */
interface Run {
  readonly reporter: Reporter
  readonly places: HomePlaces
}

/** Options that stand before or after any command. */
interface GlobalOptions {
  readonly home?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

type Work = (run: Run) => TaskEither<CommandFailure, unknown>

/** Runs one command line and answers its exit code. @source docs/reference/command-line.md */
export const runCommandLine = async (words: ReadonlyArray<string>): Promise<ExitCode> => {
  let exit: ExitCode = EXIT.done
  const program = createProgram()
  const perform =
    (work: (options: Record<string, unknown>, ...words: ReadonlyArray<string>) => Work) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command
      const options = command.optsWithGlobals<GlobalOptions & Record<string, unknown>>()
      const run = runFor(options)
      const answer = await work(options, ...command.args)(run)()
      if (E.isRight(answer)) return
      for (const line of answer.left.lines) run.reporter.warn(line)
      exit = answer.left.exit
    }
  addCommands(program, perform)
  try {
    await program.parseAsync([...words], { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    throw error
  }
}

type Perform = (
  work: (options: Record<string, unknown>, ...words: ReadonlyArray<string>) => Work
) => (...given: unknown[]) => Promise<void>

const runFor = ({ home, json, quiet }: GlobalOptions): Run => ({
  reporter: createReporter({ json: json === true, quiet: quiet === true }),
  places: homePlaces({ ...(home === undefined ? {} : { home }), environment: process.env }),
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

const addCommands = (program: Command, perform: Perform): void => {
  addMediaCommands(program, perform)
  addLicenseCommands(program, perform)
  addLogCommands(program, perform)
  program
    .command('adapters')
    .description('the rights systems and what each can do')
    .action(
      perform(() => ({ reporter }) => async () => {
        await Promise.resolve()
        return E.right(adapters(reporter))
      })
    )
  program
    .command('tour')
    .description('the whole story on the shipped sample')
    .option('--out <dir>', 'folder for what it makes (default: a new temporary one)')
    .action(
      perform(
        ({ out }) =>
          ({ reporter }) =>
            tour(reporter, textOf(out))
      )
    )
}

const addMediaCommands = (program: Command, perform: Perform): void => {
  program
    .command('inspect <file>')
    .description('container, streams, protection headers, and what is wrong with them')
    .action(
      perform(
        (_, file = '') =>
          ({ reporter }) =>
            inspect(reporter)(file)
      )
    )
  program
    .command('protect <input>')
    .description('package clear ASF of your own: encrypt every stream, issue and store the license')
    .requiredOption('-o, --output <file>', 'the protected ASF file')
    .addOption(new Option('--scheme <scheme>', 'content cipher').choices(['mce']).default('mce'))
    .option('--key-id <id>', 'key ID: hex, GUID or base64')
    .addOption(new Option('--key-file <file>', 'content key, hex or base64 (- for standard input)').conflicts('keySeedFile'))
    .option('--key-seed-file <file>', 'seed that the content key is derived from (- for standard input)')
    .option('--rights <file>', 'rights file (JSON)')
    .option('--salvage', 'take the whole samples of a damaged file')
    .action(
      perform(
        (options, input = '') =>
          ({ reporter, places }) =>
            withHome(places)(protectCommand(reporter, { ...(options as { output: string }), input }))
      )
    )
  program
    .command('export <input>')
    .description('move protected ASF to a third-party rights system, if a license lets it')
    .requiredOption('-o, --output <dir>', 'folder for the package')
    .requiredOption('--to <system>', 'rights system', adapterOption)
    .addOption(new Option('--scheme <scheme>', 'protection scheme').choices(['cenc', 'cbcs']))
    .option('--overwrite', 'replace what stands in the folder')
    .option('--salvage', 'take the whole samples of a damaged file')
    .action(
      perform(
        (options, input = '') =>
          ({ reporter, places }) =>
            withHome(places)(exportCommand(reporter, exportOptions(options, input)))
      )
    )
}

const exportOptions = (options: Record<string, unknown>, input: string): Parameters<typeof exportCommand>[1] => {
  const { output, to, scheme, overwrite, salvage } = options as {
    output: string
    to: NonNullable<ReturnType<typeof adapterNamed>>
    scheme?: 'cenc' | 'cbcs'
    overwrite?: boolean
    salvage?: boolean
  }
  return { input, output, adapter: to, scheme, overwrite: overwrite === true, salvage: salvage === true }
}

const adapterOption = (name: string): NonNullable<ReturnType<typeof adapterNamed>> => {
  const adapter = adapterNamed(name)
  if (adapter !== undefined) return adapter
  throw new InvalidArgumentError(`Known systems: ${builtInAdapters.map(({ describe }) => describe.name).join(', ')}.`)
}

const addLicenseCommands = (program: Command, perform: Perform): void => {
  const group = program.command('licenses').description('the licenses of this home')
  group
    .command('list', { isDefault: true })
    .description('every license')
    .action(perform(() => ({ reporter, places }) => withHome(places)(licenses(reporter))))
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
  program
    .command('keys')
    .description('keys of your own content')
    .command('reveal <what>')
    .description('show the keys of an export folder or of a key ID, one kid:key per line')
    .option('--yes', 'do not ask')
    .action(
      perform(
        ({ yes }, what = '') =>
          ({ reporter, places }) =>
            withHome(places)(revealKeysCommand(reporter, { what, yes: yes === true }))
      )
    )
}

const addLogCommands = (program: Command, perform: Perform): void => {
  program
    .command('events')
    .description('the log')
    .option('--since <position>', 'only events after this position', positionOption)
    .option('--type <type>', 'only events of this type')
    .option('--stream <stream>', 'only events of this stream')
    .action(
      perform(
        (options) =>
          ({ reporter, places }) =>
            withHome(places)(events(reporter, options))
      )
    )
}

const positionOption = (text: string): number => {
  const position = Number(text)
  if (!Number.isSafeInteger(position) || position < 0) throw new InvalidArgumentError('A position is a whole number from 0.')
  return position
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
