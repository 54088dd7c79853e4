import { readFile } from 'node:fs/promises'
import { systemClock } from '@custody/core/clock'
import { systemRandom } from '@custody/core/random'
import type { OperatedService, Operator } from '@custody/services/operator'
import { InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'
import { NEVER } from 'rxjs'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import type { Reporter } from '../output/reporter'
import { anchorsBeside, authorityFailure } from '../services/authority-anchors'
import type { AddCommand } from './run'
import { untilInterrupted } from './until-interrupted'

/** What `custody serve` was told. */
export interface ServeOptions {
  /** Folder of the authority. */
  readonly authority: string
  /** File of the machine secret: anchors of the log lie beside it. */
  readonly machineFile: string
  /** 0 for any free one. */
  readonly port: number
  readonly only: OperatedService | undefined
  /** Files with certificate chain and private key in PEM, for HTTPS. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

const DEFAULT_PORT = '7480'
const MOST_PORTS = 65_535
const SERVICES: ReadonlyMap<string, OperatedService> = new Map([
  ['lms', 'management'],
  ['individualization', 'individualization'],
  ['license', 'license'],
])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN')

const readTls = ({ tls }: ServeOptions): TE.TaskEither<CommandFailure, { cert: string; key: string } | undefined> =>
  tls === undefined
    ? TE.right(undefined)
    : TE.tryCatch(
        async () => ({ cert: await readFile(tls.cert, 'utf8'), key: await readFile(tls.key, 'utf8') }),
        (error) => failure(EXIT.outside, `cannot read the certificate or its key: ${codeOf(error)}`)
      )

/** One line of JSON for each request, on standard error: no body, header, key or token is in it. */
const logger = { write: (line: string) => void process.stderr.write(line) }

const opened = (options: ServeOptions): TE.TaskEither<CommandFailure, Operator> =>
  pipe(
    readTls(options),
    TE.bindTo('tls'),
    TE.bind('anchors', () => TE.fromTask(() => anchorsBeside(options.machineFile))),
    TE.bind('services', () =>
      TE.fromTask(() => Promise.all([import('@custody/services/operator'), import('@custody/services/authority')]))
    ),
    TE.flatMap(({ tls, anchors, services: [{ openOperator }, { ownPages }] }) => {
      const { authority: directory, only, port } = options
      const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`
      return pipe(
        openOperator({
          directory,
          anchors,
          clock: systemClock,
          random: systemRandom,
          logger,
          // A port that the system chooses is not known before the trust document is.
          ...(port !== 0 && { policy: { urls: ownPages(origin) } }),
          ...(only !== undefined && { only: [only] }),
          ...(tls !== undefined && { tls }),
        }),
        TE.mapLeft(authorityFailure)
      )
    })
  )

/** `custody serve`: the services on 127.0.0.1, until they are interrupted. Requests that run then get their answers. */
export const serve =
  (reporter: Reporter, options: ServeOptions): TE.TaskEither<CommandFailure, void> =>
  async () => {
    const operator = await opened(options)()
    if (E.isLeft(operator)) return operator
    const { listen, close, authority } = operator.right
    try {
      const address = await listen({ port: options.port })
      // Listened for before anybody knows the address, who may interrupt at once.
      const interrupted = untilInterrupted(NEVER)
      reporter.say(`the services of the authority ${authority.name} are at ${address}; interrupt to stop`)
      reporter.emit({ type: 'Listening', address, authority: authority.name })
      await interrupted
      return E.right(undefined)
    } catch (error) {
      return E.left(failure(EXIT.outside, `cannot listen on port ${String(options.port)}: ${codeOf(error)}`))
    } finally {
      await close()
    }
  }

const portOption = (text: string): number => {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= MOST_PORTS) return port
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.')
}

/** Adds `serve`. */
export const addServe: AddCommand = (program, perform) => {
  program
    .command('serve')
    .description('run the services on this computer')
    .option('--port <number>', `port on 127.0.0.1 (default: ${DEFAULT_PORT}; 0 for any free one)`, portOption)
    .addOption(new Option('--only <service>', 'one of the services').choices([...SERVICES.keys()]))
    .option('--cert <file>', 'certificate chain in PEM, for HTTPS')
    .option('--key <file>', 'its private key in PEM')
    .action(
      perform(
        ({ port, only, cert, key }) =>
          ({ reporter, places }) => {
            if ((cert === undefined) !== (key === undefined)) {
              return TE.left(failure(EXIT.usage, '--cert and --key belong together'))
            }
            return serve(reporter, {
              authority: places.authority,
              machineFile: places.machineFile,
              port: typeof port === 'number' ? port : Number(DEFAULT_PORT),
              only: typeof only === 'string' ? SERVICES.get(only) : undefined,
              tls: typeof cert === 'string' && typeof key === 'string' ? { cert, key } : undefined,
            })
          }
      )
    )
}
