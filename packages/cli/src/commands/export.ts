import { join } from 'node:path'
import type { Adapter, ExportScheme } from '@custody/adapters/contract'
import { exportMedia, TransferResumed } from '@custody/adapters/transfer'
import type { StoredEvent } from '@custody/core/event'
import { CoreError } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { wipeSecret } from '@custody/core/secret'
import { ExportAuthorized, ExportRefused, exportStream } from '@custody/core/transfer'
import { InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'
import { lastValueFrom, toArray } from 'rxjs'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { keepHeapSmall } from '../memory/keep-heap-small'
import { adapterNamed, builtInAdapters, registeredSystems } from '../options/built-in-adapters'
import { readKeyLines, type KeyLine } from '../options/key-lines'
import { tellDamage } from '../output/damage'
import type { Reporter } from '../output/reporter'
import { lastOf } from '../output/stored-data'
import { transferProgress } from '../output/transfer-progress'
import { runProcess, type Process } from './run-process'
import type { AddCommand, ParsedOptions } from './run'
import { withHome } from './session'
import { withUpgrade } from './with-upgrade'

/** What `custody export` was told. */
export interface ExportOptions {
  readonly input: string
  readonly output: string
  readonly adapter: Adapter
  readonly scheme: ExportScheme | undefined
  /** File with `KID:KEY` lines. */
  readonly keys?: string
  readonly overwrite: boolean
  readonly salvage: boolean
}

const MICROSECONDS = 1000
/** The rule of refusals that a security upgrade mends. */
const NEEDS_UPGRADE = 'IN-3'

/** `custody export`: moves protected ASF to a third-party rights system, if a license lets it. */
export const exportCommand =
  (reporter: Reporter, options: ExportOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const { output, adapter } = options
    keepHeapSmall()
    return pipe(
      givenKeys(options),
      TE.chain((keys) => wipingKeys(keys, runProcess(reporter, transferOf(reporter, options, home, keys)))),
      TE.chainEitherK(refusalOf),
      TE.bindTo('events'),
      TE.bind('licenseId', ({ events }) => licenseOf(home, events)),
      TE.map(({ events, licenseId }) => {
        reporter.say(`${output} holds the ${adapter.describe.title} package, exported under license ${licenseId}`)
        reporter.say(`its keys: custody keys reveal ${output}`)
        const warnings = tellDamage(reporter, events)
        reporter.emit({
          type: 'Result',
          system: adapter.describe.name,
          directory: join(output),
          licenseId,
          ...(warnings > 0 ? { warnings } : {}),
        })
      })
    )
  }

const givenKeys = ({ keys }: ExportOptions): TE.TaskEither<CommandFailure, ReadonlyArray<KeyLine> | undefined> =>
  keys === undefined ? TE.right(undefined) : readKeyLines(keys)

const transferOf =
  (reporter: Reporter, options: ExportOptions, home: Home, targetKeys: ReadonlyArray<KeyLine> | undefined): Process =>
  (env) => {
    const { input, output, adapter, scheme, overwrite, salvage } = options
    const onProgress = transferProgress(reporter, () => home.clock.now() / MICROSECONDS)
    return exportMedia({ ...env, home, registered: registeredSystems })({
      input,
      directory: output,
      adapter,
      overwrite,
      salvage,
      onProgress,
      ...(scheme === undefined ? {} : { scheme }),
      ...(targetKeys === undefined ? {} : { targetKeys }),
    })
  }

const wipingKeys =
  <A>(keys: ReadonlyArray<KeyLine> | undefined, task: TE.TaskEither<CommandFailure, A>): typeof task =>
  async () => {
    try {
      return await task()
    } finally {
      for (const { key } of keys ?? []) wipeSecret(key)
    }
  }

const refusalOf = (events: ReadonlyArray<StoredEvent>): E.Either<CommandFailure, ReadonlyArray<StoredEvent>> => {
  const refused = events.find(({ type }) => type === ExportRefused.type)
  if (refused === undefined || !ExportRefused.data.is(refused.data)) return E.right(events)
  const { refusals } = refused.data
  const lines = refusals.map(({ rule, text }) => `refused (${rule}): ${text}`)
  const upgrade = refusals.some(({ rule }) => rule === NEEDS_UPGRADE)
  return E.left({ ...failure(EXIT.refused, ...lines), ...(upgrade && { mend: 'individualize' as const }) })
}

/** A run that went on with a killed one was authorised in that. */
const licenseOf = ({ store }: Home, events: ReadonlyArray<StoredEvent>): TE.TaskEither<CommandFailure, string> => {
  const lidOf = (of: ReadonlyArray<StoredEvent>): string => lastOf(ExportAuthorized, of)?.lid ?? ''
  const resumed = lastOf(TransferResumed, events)
  if (resumed === undefined) return TE.right(lidOf(events))
  return TE.tryCatch(
    async () => lidOf(await lastValueFrom(store.read(exportStream(resumed.useId)).pipe(toArray()))),
    (error) => {
      if (error instanceof CoreError) return coreFailure(error.fault)
      throw error
    }
  )
}

/** Adds `export`. */
export const addExport: AddCommand = (program, perform) => {
  program
    .command('export <input>')
    .description('move protected ASF to a third-party rights system, if a license lets it')
    .requiredOption('-o, --output <dir>', 'folder for the package')
    .requiredOption('--to <system>', 'rights system', adapterOption)
    .addOption(new Option('--scheme <scheme>', 'protection scheme').choices(['cenc', 'cbcs']))
    .option('--keys <file>', 'keys of your own, one KID:KEY line for all tracks or for each (- for standard input)')
    .option('--overwrite', 'replace what stands in the folder')
    .option('--salvage', 'take the whole samples of a damaged file')
    .option('--service <url>', 'address of the services, should a security upgrade be needed')
    .action(
      perform(
        (options, input = '') =>
          (run) =>
            withHome(run.places)(withUpgrade(run, options['service'], exportCommand(run.reporter, exportOptions(options, input))))
      )
    )
}

const exportOptions = (options: ParsedOptions, input: string): ExportOptions => {
  const { output, to, scheme, keys } = options as { output: string; to: Adapter; scheme?: ExportScheme; keys?: string }
  const { overwrite, salvage } = options
  const flags = { overwrite: overwrite === true, salvage: salvage === true }
  return { input, output, adapter: to, scheme, ...(keys === undefined ? {} : { keys }), ...flags }
}

const adapterOption = (name: string, earlier: Adapter | undefined): Adapter => {
  if (earlier !== undefined) throw new InvalidArgumentError('One system at a time.')
  const adapter = adapterNamed(name)
  if (adapter !== undefined) return adapter
  throw new InvalidArgumentError(`Known systems: ${builtInAdapters.map(({ describe }) => describe.name).join(', ')}.`)
}
