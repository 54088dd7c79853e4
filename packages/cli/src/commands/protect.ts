import { realpath } from 'node:fs/promises'
import { protectMedia, type ProtectRequest } from '@custody/adapters/transfer'
import { checkTitle } from '@custody/core/catalog'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { keyIdFromText, type KeyId } from '@custody/core/identity'
import { wipeSecret, type Secret } from '@custody/core/secret'
import { LicenseStored } from '@custody/core/vault'
import { Option } from 'commander'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import { keepHeapSmall } from '../memory/keep-heap-small'
import { registeredSystems } from '../options/built-in-adapters'
import { readKeyFile } from '../options/key-file'
import { readRights } from '../options/rights-option'
import { tellDamage } from '../output/damage'
import type { Reporter } from '../output/reporter'
import { transferProgress } from '../output/transfer-progress'
import { runProcess } from './run-process'
import type { AddCommand, ParsedOptions } from './run'
import { withHome } from './session'

/** What `custody protect` was told. */
export interface ProtectOptions {
  readonly input: string
  readonly output: string
  readonly scheme?: ProtectRequest['scheme']
  readonly keyId?: string
  readonly keyFile?: string
  readonly keySeedFile?: string
  readonly rights?: string
  readonly title?: string
  readonly salvage?: boolean
}

/** What protecting made. */
export interface Protected {
  readonly keyId: string
  readonly licenseId: string
}

/** `custody protect`: packages the owner's clear ASF under a license of his own. */
export const protectCommand =
  (reporter: Reporter, options: ProtectOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, Protected> => {
    keepHeapSmall()
    return pipe(
      requestOf(home, reporter, options),
      TE.chain(({ request, key }) =>
        pipe(
          runProcess(reporter, (env) => protectMedia({ ...env, home, registered: registeredSystems })(request)),
          (run) => async () => {
            const answer = await run()
            if (key !== undefined) wipeSecret(key)
            return answer
          }
        )
      ),
      TE.map((events) => {
        const made = madeOf(events)
        reporter.say(`${options.output} is protected; key ID ${made.keyId}, license ${made.licenseId}`)
        const warnings = tellDamage(reporter, events)
        reporter.emit({ type: 'Result', ...made, ...(warnings > 0 ? { warnings } : {}) })
        return made
      })
    )
  }

interface Prepared {
  readonly request: ProtectRequest
  readonly key: Secret | undefined
}

const requestOf = (home: Home, reporter: Reporter, options: ProtectOptions): TE.TaskEither<CommandFailure, Prepared> =>
  pipe(
    TE.Do,
    TE.chainFirst(() => differentFiles(options)),
    TE.chainFirstEitherK(() => fitTitle(options)),
    TE.bind('keyId', () => TE.fromEither(keyIdOf(options.keyId))),
    TE.bind('conditions', () => (options.rights === undefined ? TE.right(undefined) : readRights(options.rights))),
    TE.bind('key', () => keyOf(options)),
    TE.map(({ keyId, conditions, key }) => ({
      key: key?.secret,
      request: {
        input: options.input,
        output: options.output,
        scheme: options.scheme ?? 'mce',
        salvage: options.salvage === true,
        onProgress: transferProgress(reporter, () => home.clock.now() / MICROSECONDS),
        ...(options.title === undefined ? {} : { title: options.title }),
        ...(keyId === undefined ? {} : { keyId }),
        ...(conditions === undefined ? {} : { conditions }),
        ...(key === undefined ? {} : { key }),
      },
    }))
  )

const MICROSECONDS = 1000

/** The clear original must not be replaced by the protected file. */
const differentFiles = ({ input, output }: ProtectOptions): TE.TaskEither<CommandFailure, void> => async () => {
  const [from, to] = await Promise.all([realpath(input).catch(() => input), realpath(output).catch(() => undefined)])
  return from === to ? E.left(failure(EXIT.usage, 'input and output are the same file')) : E.right(undefined)
}

const keyIdOf = (text: string | undefined): E.Either<CommandFailure, KeyId | undefined> =>
  text === undefined
    ? E.right(undefined)
    : pipe(
        keyIdFromText(text),
        E.mapLeft(({ expected, found }) => failure(EXIT.usage, `--key-id: expected ${expected}, found ${found}`))
      )

const fitTitle = ({ title }: ProtectOptions): E.Either<CommandFailure, unknown> =>
  title === undefined
    ? E.right(undefined)
    : pipe(
        checkTitle(title),
        E.mapLeft(({ expected, found }) => failure(EXIT.usage, `--title: expected ${expected}, found ${found}`))
      )

const keyOf = ({ keyFile, keySeedFile }: ProtectOptions): TE.TaskEither<CommandFailure, ProtectRequest['key']> => {
  if (keyFile !== undefined && keySeedFile !== undefined) {
    return TE.left(failure(EXIT.usage, '--key-file and --key-seed-file exclude each other'))
  }
  if (keyFile !== undefined) {
    return pipe(
      readKeyFile(keyFile),
      TE.map((secret) => ({ type: 'content-key' as const, secret }))
    )
  }
  if (keySeedFile === undefined) return TE.right(undefined)
  return pipe(
    readKeyFile(keySeedFile),
    TE.map((secret) => ({ type: 'key-seed' as const, secret }))
  )
}

const madeOf = (events: ReadonlyArray<StoredEvent>): Protected => {
  const stored = events.find(({ type }) => type === LicenseStored.type)
  if (stored === undefined || !LicenseStored.data.is(stored.data)) throw new Error('protecting stores a license')
  return { keyId: stored.data.keyId, licenseId: stored.data.lid }
}

/** Adds `protect`. */
export const addProtect: AddCommand = (program, perform) => {
  program
    .command('protect <input>')
    .description('package clear ASF of your own: encrypt every stream, issue and store the license')
    .requiredOption('-o, --output <file>', 'the protected ASF file')
    .addOption(new Option('--scheme <scheme>', 'content cipher').choices(['mce', 'cocktail']).default('mce'))
    .option('--key-id <id>', 'key ID: hex, GUID or base64')
    .addOption(new Option('--key-file <file>', 'content key, hex or base64 (- for standard input)').conflicts('keySeedFile'))
    .option('--key-seed-file <file>', 'seed that the content key is derived from (- for standard input)')
    .option('--rights <file>', 'rights file (JSON)')
    .option('--title <text>', 'title of the protected file and of its key ID in the catalog (default: that of the input)')
    .option('--salvage', 'take the whole samples of a damaged file')
    .action(
      perform(
        (options, input = '') =>
          ({ reporter, places }) =>
            withHome(places)(protectCommand(reporter, protectOptions(options, input)))
      )
    )
}

const protectOptions = (options: ParsedOptions, input: string): ProtectOptions => ({
  ...(options as Pick<ProtectOptions, 'output' | 'scheme' | 'keyId' | 'keyFile' | 'keySeedFile' | 'rights' | 'title' | 'salvage'>),
  input,
})
