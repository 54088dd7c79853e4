import type { FactorKind } from '@custody/core/device'
import { bindHome, type Home } from '@custody/core/home'
import type { Secret } from '@custody/core/secret'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { withPassphrase } from '../options/passphrase-option'
import type { Reporter } from '../output/reporter'
import { defaultSubcommand } from './default-subcommand'
import type { AddCommand } from './run'
import { withHome } from './session'

/** `custody binding`: what this home needs to open, and what that is good for. Opens no key. */
export const showBinding =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      home.keystore.binding(),
      TE.bimap(coreFailure, ({ stated: { kinds }, describe }) => {
        for (const [index, promise] of describe().entries()) {
          reporter.answer(promise)
          reporter.emit({ factor: kinds[index], promise })
        }
      })
    )

/** What `custody binding set` was told. */
export interface BindingOptions {
  readonly machineFile: boolean
  readonly osInstallation: boolean
  readonly passphrase: Secret | undefined
}

/** `custody binding set`: binds the home by other factors; its keys stay. */
export const bindCommand =
  (reporter: Reporter, { machineFile, osInstallation, passphrase }: BindingOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const kinds: ReadonlyArray<FactorKind> = [
      ...(machineFile ? (['machine-file'] as const) : []),
      ...(osInstallation ? (['os-installation'] as const) : []),
      ...(passphrase === undefined ? [] : (['passphrase'] as const)),
    ]
    if (!machineFile && passphrase === undefined) {
      return TE.left(failure(EXIT.usage, 'without the machine file a home needs a passphrase: what names an installation is no secret'))
    }
    return pipe(
      bindHome(home)({ kinds, ...(passphrase !== undefined && { passphrase }) }),
      TE.bimap(coreFailure, () => {
        reporter.say(`this home opens by ${kinds.join(', ')} from here on; its keys are the same`)
        reporter.emit({ type: 'Result', factors: kinds })
      })
    )
  }

/** Adds `binding`. */
export const addBinding: AddCommand = (program, perform) => {
  const group = program.command('binding').description('what this home needs from its surroundings to open')
  defaultSubcommand(group, 'show')
    .description('the factors, and what each is good for')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(showBinding(reporter))
      )
    )
  group
    .command('set')
    .description('bind the home by the machine file, and by what is named')
    .option('--os-installation', 'also by the installation of the operating system')
    .option('--passphrase [file]', 'also by a passphrase, asked for or read from a file (- for standard input)')
    .option('--no-machine-file', 'not by the machine file; needs a passphrase')
    .action(
      perform(({ machineFile, osInstallation, passphrase: given }) => ({ reporter, places }) => {
        const flags = { machineFile: machineFile !== false, osInstallation: osInstallation === true }
        return withPassphrase(given, 'New passphrase of this home: ', 'Once more: ')((passphrase) =>
          withHome(places)(bindCommand(reporter, { ...flags, passphrase }))
        )
      })
    )
}
