import { join } from 'node:path'
import type { Adapter, ExportScheme } from '@custody/adapters/contract'
import { exportMedia } from '@custody/adapters/transfer'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { ExportAuthorized, ExportRefused } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import { registeredSystems } from '../options/built-in-adapters'
import type { Reporter } from '../output/reporter'
import { transferProgress } from '../output/transfer-progress'
import { runTransfer } from './run-transfer'

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
