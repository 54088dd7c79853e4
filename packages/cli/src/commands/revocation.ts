import type { Home } from '@custody/core/home'
import {
  freshness,
  refreshRevocation,
  REVOCATION_KINDS,
  RevocationRefreshEnded,
  RevocationRefreshFailed,
  revocationState,
  type Freshness,
  type RevocationKind,
  type RevocationState,
} from '@custody/core/revocation'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { consentPort } from '../consent/consent-port'
import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { keyIdArgument } from '../options/key-id-argument'
import { columns } from '../output/columns'
import { instant } from '../output/instant'
import type { Reporter } from '../output/reporter'
import { lastOf } from '../output/stored-data'
import { servicePlace, withServices, type Services } from '../services/connect-services'
import { defaultSubcommand } from './default-subcommand'
import { renewCommand } from './renew-components'
import { runProcess } from './run-process'
import type { AddCommand } from './run'
import { withHome } from './session'

/** What this home has of one kind of list, or of the information over all of them. */
interface RevocationRow {
  readonly kind: RevocationKind | 'information'
  readonly freshness: Freshness
  /** 64-bit number as decimal text (RV-3). */
  readonly version?: string
  readonly issued?: string
  readonly nextUpdate?: string
  /** How many keys the list revokes. */
  readonly entries?: number
  /** Digests of two documents of one version: one of them is false. */
  readonly forks?: ReadonlyArray<{ readonly version: string; readonly stored: string; readonly found: string }>
}

const KINDS = Object.keys(REVOCATION_KINDS) as ReadonlyArray<RevocationKind>

const rowOf = (state: RevocationState, kind: RevocationRow['kind'], now: number): RevocationRow => {
  const list = kind === 'information' ? undefined : state.lists.get(kind)
  const stored = list ?? (kind === 'information' ? state.information : null)
  const forks = state.forks
    .filter((fork) => fork.kind === kind)
    .map(({ version, stored: first, found }) => ({ version: String(version), stored: first, found }))
  return {
    kind,
    freshness: freshness(state, kind, now),
    ...(stored === null
      ? {}
      : { version: String(stored.version), issued: instant(stored.issued), nextUpdate: instant(stored.nextUpdate) }),
    ...(list === undefined ? {} : { entries: list.entries.size }),
    ...(forks.length === 0 ? {} : { forks }),
  }
}

/** `custody revocation`: versions, lists, and how far they may be relied on. */
export const showRevocation =
  (reporter: Reporter) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      revocationState(home),
      TE.bimap(coreFailure, (state) => {
        const now = home.clock.now()
        const rows = (['information', ...KINDS] as const).map((kind) => rowOf(state, kind, now))
        for (const row of rows) reporter.emit({ ...row })
        const cells = rows.map((row) => [
          row.kind,
          row.version ?? '-',
          row.freshness,
          row.nextUpdate ?? '-',
          row.entries === undefined ? '-' : String(row.entries),
        ])
        for (const line of columns([['list', 'version', 'freshness', 'next update', 'revoked'], ...cells])) reporter.answer(line)
        for (const { kind, forks = [] } of rows) {
          for (const { version } of forks) reporter.warn(`warning: two ${kind} lists of version ${version} were seen; one of them is false`)
        }
      })
    )

/** `custody revocation refresh`: fetches the newest lists. Sends nothing about this home (RV-6). */
export const refreshCommand =
  (reporter: Reporter, { management }: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      runProcess(reporter, (env) => refreshRevocation({ ...env, home, client: management, service: 'management' })({ by: 'flag' })),
      TE.flatMapEither((events) => {
        const failed = lastOf(RevocationRefreshFailed, events)
        if (failed !== undefined) return E.left(failure(EXIT.outside, `the lists were not refreshed: ${failed.fault}; try again`))
        const version = lastOf(RevocationRefreshEnded, events)?.version
        reporter.say(`revocation information ${version ?? 'none'} is stored on this computer`)
        reporter.emit({ type: 'Result', version: version ?? null })
        return E.right(undefined)
      })
    )

/** Adds `revocation`. */
export const addRevocation: AddCommand = (program, perform) => {
  const group = program.command('revocation').description('what this home knows of revoked keys')
  defaultSubcommand(group, 'show')
    .description('versions, lists, and how fresh they are')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            withHome(places)(showRevocation(reporter))
      )
    )
  group
    .command('refresh')
    .description('fetch the newest lists from the authority')
    .option('--service <url>', 'address of the services (default: those of --authority, inside this program)')
    .action(
      perform(
        ({ service }) =>
          ({ reporter, places }) =>
            withServices(servicePlace(service, places))((services) => withHome(places)(refreshCommand(reporter, services)))
      )
    )
  group
    .command('renew [key-id]')
    .description('what to do about revoked components, for content that does not open')
    .option('--yes', 'state that consent was given')
    .option('--service <url>', 'address of the services (default: those of --authority, inside this program)')
    .action(
      perform(({ yes, service }, ...[text]) => ({ reporter, places }) => {
        const keyId = text === undefined ? E.right(undefined) : keyIdArgument(text)
        if (E.isLeft(keyId)) return TE.left(keyId.left)
        const options = { keyId: keyId.right, consent: consentPort(reporter, { renew: yes === true }) }
        return withServices(servicePlace(service, places))((services) => withHome(places)(renewCommand(reporter, options, services)))
      })
    )
}
