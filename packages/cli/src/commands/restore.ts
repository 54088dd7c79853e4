import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { individualize } from '@custody/core/individualization'
import {
  LicenseRestoreRefused,
  RestoreDeclined,
  restoreLicenses,
  RestoreEnded,
  RestoreEndedPartially,
  RestoreFailed,
  RestorePartSkipped,
  RestoreProgress,
} from '@custody/core/restore'
import type { Secret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { canAsk } from '../consent/ask-yes'
import { consentPort } from '../consent/consent-port'
import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { withPassphrase } from '../options/passphrase-option'
import { knownTitle } from '../output/known-title'
import { progressBar } from '../output/progress-bar'
import type { Reporter } from '../output/reporter'
import { dataOf, lastOf } from '../output/stored-data'
import { servicePlace, withServices, type Services } from '../services/connect-services'
import { packageProgress } from './individualize'
import { restoreHistoryCommand } from './restore-history'
import { runProcess } from './run-process'
import type { AddCommand } from './run'
import { withHome } from './session'

/** What `custody restore` was told. */
export interface RestoreOptions {
  readonly directory: string
  readonly yes: boolean
  readonly individualize: boolean
  readonly salvage: boolean
  readonly guard: Secret | undefined
}

const MICROSECONDS = 1000

const progress = (reporter: Reporter, home: Home): ((event: StoredEvent) => void) => {
  const show = progressBar(reporter, () => home.clock.now() / MICROSECONDS)
  const ofPackage = packageProgress(reporter, home)
  return (event) => {
    const data = dataOf(RestoreProgress, event)
    if (data !== undefined) show(data.done, data.licenses, `${String(data.done)} of ${String(data.licenses)} licenses`)
    ofPackage(event)
  }
}

const declined = (): CommandFailure =>
  failure(
    EXIT.refused,
    canAsk()
      ? 'declined: nothing was sent, nothing is restored'
      : 'a restore needs consent: answer on a terminal, or state it with --yes (BR-34)'
  )

/** Each refusal with a name that a person knows. */
const refusalLines =
  (home: Home) =>
  (events: ReadonlyArray<StoredEvent>): TE.TaskEither<CommandFailure, ReadonlyArray<string>> => {
    const refused = events.flatMap((event) => dataOf(LicenseRestoreRefused, event) ?? [])
    const skipped = events.flatMap((event) => dataOf(RestorePartSkipped, event) ?? [])
    const ofParts = skipped.map(({ segment, lines }) => `refused (BR-39): ${segment}, damaged lines ${lines.join(', ')}`)
    return pipe(
      refused,
      TE.traverseSeqArray(({ keyId, lid, reason, rule, url }) =>
        pipe(
          knownTitle(home)(keyId),
          TE.bimap(coreFailure, (title) => {
            const name = title === undefined ? keyId : `"${title}" (${keyId})`
            return `refused (${rule}): ${name} [${lid}]: ${reason}${url === null ? '' : `; open ${url}`}`
          })
        )
      ),
      TE.map((lines) => [...lines, ...ofParts])
    )
  }

/** The last word of a restore: refused licenses make it a failing one (BR-33). */
const outcome = (
  reporter: Reporter,
  events: ReadonlyArray<StoredEvent>,
  refusals: ReadonlyArray<string>
): E.Either<CommandFailure, void> => {
  if (lastOf(RestoreDeclined, events) !== undefined) return E.left(declined())
  const ended = lastOf(RestoreEnded, events) ?? lastOf(RestoreEndedPartially, events)
  if (ended !== undefined) {
    const { restored, held, refused } = ended
    reporter.say(`${String(restored)} licenses restored, ${String(held)} were here already, ${String(refused)} refused`)
    reporter.emit({ type: 'Result', restored, held, refused })
  }
  const failed = lastOf(RestoreFailed, events)
  if (failed !== undefined) {
    reporter.emit({ type: 'Result', restored: 0, held: 0, refused: refusals.length, fault: failed.fault })
    const url = failed.url === null ? '' : `; open ${failed.url}`
    return E.left(failure(EXIT.refused, ...refusals, `nothing was restored: ${failed.fault}${url}`))
  }
  return refusals.length === 0 ? E.right(undefined) : E.left(failure(EXIT.refused, ...refusals))
}

/** `custody restore`: brings the licenses of a backup to this computer. */
export const restoreCommand =
  (reporter: Reporter, options: RestoreOptions, services: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const { directory, yes, salvage, guard } = options
    const consent = consentPort(reporter, { restore: yes, individualize: options.individualize })
    const mayAsk = options.individualize || canAsk()
    return pipe(
      runProcess(
        reporter,
        (env) =>
          restoreLicenses({
            ...env,
            home,
            client: services.management,
            consent,
            individualize: (within) => individualize({ home: within, client: services.individualization, consent })({ forced: false }),
          })({ directory, salvage, individualize: mayAsk, ...(guard !== undefined && { guard }) }),
        progress(reporter, home)
      ),
      TE.flatMap((events) =>
        pipe(
          refusalLines(home)(events),
          TE.flatMapEither((refusals) => outcome(reporter, events, refusals))
        )
      )
    )
  }

/** Adds `restore`. */
export const addRestore: AddCommand = (program, perform) => {
  program
    .command('restore [dir]')
    .description('bring the licenses of a backup to this computer')
    .option('--yes', 'state consent to the restore')
    .option('--individualize', 'state consent to a security upgrade on the way, if a license needs it, and to nothing else')
    .option('--guard [file]', 'the passphrase of a guarded backup, from a file (- for standard input) or asked for')
    .option('--salvage', 'take the whole parts of a damaged backup')
    .option('--history', 'instead: which computers are counted for licenses that this one is counted for')
    .option('--service <url>', 'address of the services (default: those of --authority, inside this program)')
    .action(
      perform(
        ({ yes, individualize: upgrade, salvage, history, service, guard: given }, ...[directory]) =>
          ({ reporter, places }) => {
            const at = servicePlace(service, places)
            if (history === true && directory === undefined) {
              return withServices(at)((services) => withHome(places)(restoreHistoryCommand(reporter, services)))
            }
            if (history === true || directory === undefined) {
              return TE.left(failure(EXIT.usage, 'name the folder of a backup, or --history without one'))
            }
            const flags = { yes: yes === true, individualize: upgrade === true, salvage: salvage === true }
            return withPassphrase(given, 'Passphrase of the backup: ')((guard) =>
              withServices(at)((services) => withHome(places)(restoreCommand(reporter, { directory, ...flags, guard }, services)))
            )
          }
      )
    )
}
