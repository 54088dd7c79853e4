import { join } from 'node:path'
import type { Adapter, ExportScheme } from '@custody/adapters/contract'
import { exportMedia } from '@custody/adapters/transfer'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { ExportAuthorized, ExportRefused } from '@custody/core/transfer'
import { InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import { adapterNamed, builtInAdapters, registeredSystems } from '../options/built-in-adapters'
import type { Reporter } from '../output/reporter'
import { transferProgress } from '../output/transfer-progress'
import { runTransfer } from './run-transfer'
import type { AddCommand, ParsedOptions } from './run'
import { withHome } from './session'

/** What `custody export` was told. */
export interface ExportOptions {
  readonly input: string
  readonly output: string
  readonly adapter: Adapter
  readonly scheme: ExportScheme | undefined
  readonly overwrite: boolean
  readonly salvage: boolean
}

const MICROSECONDS = 1000

/** `custody export`: moves protected ASF to a third-party rights system, if a license lets it. */
export const exportCommand =
  (reporter: Reporter, options: ExportOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const { input, output, adapter, scheme, overwrite, salvage } = options
    const onProgress = transferProgress(reporter, () => home.clock.now() / MICROSECONDS)
    return pipe(
      runTransfer(reporter, (env) =>
        exportMedia({ ...env, home, registered: registeredSystems })({
          input,
          directory: output,
          adapter,
          overwrite,
          salvage,
          onProgress,
          ...(scheme === undefined ? {} : { scheme }),
        })
      ),
      TE.chainEitherK(refusalOf),
      TE.map((events) => {
        const licenseId = licenseOf(events)
        reporter.say(`${output} holds the ${adapter.describe.title} package, exported under license ${licenseId}`)
        reporter.say(`its keys: custody keys reveal ${output}`)
        reporter.emit({ type: 'Result', system: adapter.describe.name, directory: join(output), licenseId })
      })
    )
  }

const refusalOf = (events: ReadonlyArray<StoredEvent>): E.Either<CommandFailure, ReadonlyArray<StoredEvent>> => {
  const refused = events.find(({ type }) => type === ExportRefused.type)
  if (refused === undefined || !ExportRefused.data.is(refused.data)) return E.right(events)
  const lines = refused.data.refusals.map(({ rule, text }) => `refused (${rule}): ${text}`)
  return E.left(failure(EXIT.refused, ...lines))
}

const licenseOf = (events: ReadonlyArray<StoredEvent>): string => {
  const authorized = events.find(({ type }) => type === ExportAuthorized.type)
  return authorized !== undefined && ExportAuthorized.data.is(authorized.data) ? authorized.data.lid : ''
}

/** Adds `export`. */
export const addExport: AddCommand = (program, perform) => {
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

const exportOptions = (options: ParsedOptions, input: string): ExportOptions => {
  const { output, to, scheme } = options as { output: string; to: Adapter; scheme?: ExportScheme }
  const { overwrite, salvage } = options
  return { input, output, adapter: to, scheme, overwrite: overwrite === true, salvage: salvage === true }
}

const adapterOption = (name: string, earlier: Adapter | undefined): Adapter => {
  if (earlier !== undefined) throw new InvalidArgumentError('One system at a time.')
  const adapter = adapterNamed(name)
  if (adapter !== undefined) return adapter
  throw new InvalidArgumentError(`Known systems: ${builtInAdapters.map(({ describe }) => describe.name).join(', ')}.`)
}
