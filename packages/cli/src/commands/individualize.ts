import { noticeFor, type ConsentPort } from '@custody/core/consent'
import type { StoredEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import {
  individualize,
  IndividualizationDeclined,
  IndividualizationFailed,
  IndividualizationProgress,
  IndividualizationSucceeded,
  IndividualizationUnneeded,
} from '@custody/core/individualization'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { canAsk } from '../consent/ask-yes'
import { consentPort } from '../consent/consent-port'
import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { progressBar } from '../output/progress-bar'
import type { Reporter } from '../output/reporter'
import { dataOf, lastOf } from '../output/stored-data'
import { servicePlace, withServices, type Services } from '../services/connect-services'
import { runProcess } from './run-process'
import type { AddCommand, Run } from './run'
import { withHome, withRenewedHome } from './session'

/** What `custody individualize` was told. */
export interface IndividualizeOptions {
  readonly force: boolean
  readonly consent: ConsentPort
}

const MICROSECONDS = 1000
const MEBIBYTE = 1024 * 1024

/** Shows the download of a security package. */
export const packageProgress = (reporter: Reporter, { clock }: Home): ((event: StoredEvent) => void) => {
  const show = progressBar(reporter, () => clock.now() / MICROSECONDS)
  return (event) => {
    const status = dataOf(IndividualizationProgress, event)?.status
    if (status !== undefined) show(status.read, status.total, `${(status.read / MEBIBYTE).toFixed(1)} MiB of the security package`)
  }
}

/** What the outside world does: safe to run again (BR-42). */
const OUTSIDE: ReadonlySet<string> = new Set([
  'ServiceUnavailable',
  'RateLimited',
  'ReplyInvalid',
  'ReplyTooLarge',
  'PackageLeafInvalid',
  'InstallIncomplete',
  'HomeUnwritable',
  'DiskFull',
  'StoreLocked',
  'StoreUnavailable',
])

const declined = (): CommandFailure =>
  failure(
    EXIT.refused,
    canAsk()
      ? 'declined: content that requires the security upgrade stays closed, everything else works (IN-13)'
      : 'the security upgrade needs consent: answer on a terminal, or state it with --yes (IN-12)'
  )

const outcome =
  (reporter: Reporter) =>
  (events: ReadonlyArray<StoredEvent>): E.Either<CommandFailure, void> => {
    if (lastOf(IndividualizationDeclined, events) !== undefined) return E.left(declined())
    const failed = lastOf(IndividualizationFailed, events)
    if (failed !== undefined) {
      const exit = OUTSIDE.has(failed.fault) ? EXIT.outside : EXIT.refused
      return E.left(failure(exit, `the security upgrade failed (${failed.fault}); the former one stays in force (IN-31)`))
    }
    const unneeded = lastOf(IndividualizationUnneeded, events)
    if (unneeded !== undefined) {
      reporter.say(`nothing to do: version ${unneeded.installed} is installed, the service has ${unneeded.newest} (IN-8)`)
      reporter.emit({ type: 'Result', installed: unneeded.installed, newest: unneeded.newest, changed: false })
      return E.right(undefined)
    }
    const succeeded = lastOf(IndividualizationSucceeded, events)
    if (succeeded === undefined) return E.right(undefined)
    const { securityVersion, epoch } = succeeded
    reporter.say(`this computer is individualized: version ${securityVersion}, epoch ${String(epoch)}`)
    reporter.emit({ type: 'Result', installed: securityVersion, epoch, changed: true })
    return E.right(undefined)
  }

/** `custody individualize`: makes this computer's rights component its own. */
export const individualizeCommand =
  (reporter: Reporter, { force, consent }: IndividualizeOptions, { individualization }: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      runProcess(
        reporter,
        (env) => individualize({ ...env, home, client: individualization, consent })({ forced: force }),
        packageProgress(reporter, home)
      ),
      TE.flatMapEither(outcome(reporter))
    )

/** Faults of a home whose keys belong to another computer or are gone. */
const ELSEWHERE: ReadonlySet<CoreFault['type']> = new Set([
  'BindingMismatch',
  'FactorUnavailable',
  'HomeCopied',
  'KeystoreMissing',
  'KeystoreDamaged',
])

const keysOpen = (home: Home): TE.TaskEither<CommandFailure, boolean> =>
  pipe(
    home.device,
    TE.flatMap(({ epoch }): TE.TaskEither<CoreFault, unknown> => home.keystore.agreement(epoch)),
    TE.match(
      (fault) => (ELSEWHERE.has(fault.type) ? E.right(false) : E.left(coreFailure(fault))),
      () => E.right(true)
    )
  )

/**
 * Individualizes the home of a computer. One whose keys do not open here, because it was copied or lost them, becomes a computer of
 * its own first; that too waits for the answer to the notice.
 */
const individualizeHome = (
  { reporter, places }: Run,
  { force, consent }: IndividualizeOptions,
  services: Services
): TE.TaskEither<CommandFailure, void> =>
  pipe(
    withHome(places)(keysOpen),
    TE.flatMap((open) => async () => {
      if (open) return withHome(places)(individualizeCommand(reporter, { force, consent }, services))()
      const answer = await consent.ask(noticeFor('individualize', services.individualization.place))
      if (answer.answer === 'declined') return E.left(declined())
      const asked = { ask: () => Promise.resolve(answer) }
      return withRenewedHome(places)((home) => {
        reporter.say('the keys of this home do not open here; it has new ones now and is another computer: restore its licenses')
        return individualizeCommand(reporter, { force: true, consent: asked }, services)(home)
      })()
    })
  )

/** Adds `individualize`. */
export const addIndividualize: AddCommand = (program, perform) => {
  program
    .command('individualize')
    .description('security upgrade: make the rights component of this computer its own')
    .option('--force', 'also when the installed version is the newest')
    .option('--yes', 'state that consent was given')
    .option('--service <url>', 'address of the services (default: those of --authority, inside this program)')
    .action(
      perform(({ force, yes, service }) => (run) => {
        const { places, reporter } = run
        const consent = consentPort(reporter, { individualize: yes === true })
        return withServices(servicePlace(service, places))((services) =>
          individualizeHome(run, { force: force === true, consent }, services)
        )
      })
    )
}
