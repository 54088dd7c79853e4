import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readAsfProtection, type AsfProtection } from '@custody/adapters/systems/windows-media'
import {
  acquireLicense,
  AcquisitionChallenged,
  AcquisitionRefused,
  AcquisitionFailed,
  acquisitionUrl,
  challengePost,
  LicenseAcquired,
  monitorAcquisition,
  type AcquisitionEnv,
  type AcquisitionMode,
} from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { individualize } from '@custody/core/individualization'
import { openFileSource } from '@custody/pipeline/io'
import { openMedia } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { askYes, canAsk } from '../consent/ask-yes'
import { consentPort } from '../consent/consent-port'
import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import { pipelineFailure } from '../failure/pipeline-failure'
import type { Reporter } from '../output/reporter'
import { lastOf } from '../output/stored-data'
import { servicePlace, waitFor, withServices, type Services } from '../services/connect-services'
import { runProcess } from './run-process'
import type { AddCommand } from './run'
import { withHome } from './session'

const FORM = 'license.html'

/** Stands for the license server inside this program, which has no address. */
const EMBEDDED = 'http://127.0.0.1/'

const protectionOf = (file: string): TE.TaskEither<CommandFailure, AsfProtection> =>
  pipe(
    openFileSource(file),
    TE.flatMap((source) =>
      pipe(
        openMedia(source),
        TE.tap(() => source.close())
      )
    ),
    TE.mapLeft(pipelineFailure),
    TE.flatMapEither(({ description }) => {
      const read = readAsfProtection(description)
      if (E.isLeft(read)) return E.left(pipelineFailure(read.left))
      return read.right === undefined
        ? E.left(failure(EXIT.refused, `${file} is not protected: it needs no license`))
        : E.right(read.right)
    })
  )

/** An address that only the content names is signed by nobody (LI-68): who goes there has to want it. */
const agreeTo = (url: string, yes: boolean): TE.TaskEither<CommandFailure, void> => async () => {
  if (yes) return E.right(undefined)
  const refused = failure(EXIT.refused, `the content names ${url}, which nobody vouches for (LI-68); go there with --yes`)
  if (!canAsk()) return E.left(refused)
  const answer = await askYes(`The content names ${url}, which nobody vouches for. Ask there for a license? [y/N] `)
  return answer === 'yes' ? E.right(undefined) : E.left(refused)
}

const envOf = (reporter: Reporter, home: Home, services: Services): Omit<AcquisitionEnv, 'onSettled'> => ({
  home,
  client: () => services.license,
  wait: waitFor,
  individualize: (within) =>
    individualize({ home: within, client: services.individualization, consent: consentPort(reporter, {}) })({ forced: false }),
})

/** A page of our own that posts the challenge when it is opened: the library opens no browser. */
const writeForm = (page: string, challenge: string): string => {
  const { body } = challengePost(challenge)
  const fields = [...new URLSearchParams(body)]
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
    .join('')
  const place = join(mkdtempSync(join(tmpdir(), 'custody-acquire-')), FORM)
  const button = '<button>Ask for the license</button>'
  writeFileSync(place, `<!doctype html><meta charset="utf-8"><form method="post" action="${page}">${fields}${button}</form>\n`)
  return place
}

/** The challenge names this computer: the form is there only as long as the command waits. */
const removeForm = (form: string): Promise<void> => rm(dirname(form), { recursive: true, force: true })

const told = (reporter: Reporter, { lid, keyId }: { readonly lid: string; readonly keyId: string }): void => {
  reporter.say(`license ${lid} for key ID ${keyId} is here`)
  reporter.emit({ type: 'Result', licenseId: lid, keyId })
}

/** Whether a license came in one call, or why a page is to be tried (LI-63). */
type SilentOutcome = { readonly acquired: true } | { readonly acquired: false; readonly reason: string }

const outcome = (
  reporter: Reporter,
  events: ReadonlyArray<StoredEvent>
): E.Either<CommandFailure, SilentOutcome> => {
  const acquired = lastOf(LicenseAcquired, events)
  if (acquired !== undefined) {
    told(reporter, acquired)
    return E.right({ acquired: true })
  }
  const refused = lastOf(AcquisitionRefused, events)
  if (refused?.next === 'non-silent') return E.right({ acquired: false, reason: refused.reason })
  const mend = refused?.next === 'individualize' ? '; run custody individualize, then this command again (IN-28)' : ''
  if (refused !== undefined) return E.left(failure(EXIT.refused, `no license: ${refused.reason}${mend}`))
  const failed = lastOf(AcquisitionFailed, events)
  return E.left(failure(EXIT.outside, `no license: ${failed?.fault ?? 'the acquisition was cancelled'}; try again (BR-42)`))
}

/** Waits for the license of a page. The form is written once interrupts are heeded, so that none leaves it behind. */
const monitorWithForm =
  (
    reporter: Reporter,
    env: Omit<AcquisitionEnv, 'onSettled'>,
    page: string,
    challenge: string
  ): TE.TaskEither<CommandFailure, ReadonlyArray<StoredEvent>> =>
  async () => {
    let form: string | undefined
    const running = runProcess(reporter, (settled) => {
      form = writeForm(page, challenge)
      reporter.say(`this license is given on a page: open ${form} in a browser; this command waits for the license`)
      reporter.emit({ type: 'Page', url: page, form })
      return monitorAcquisition({ ...env, ...settled })({ challenge })
    })
    try {
      return await running()
    } finally {
      if (form !== undefined) await removeForm(form)
    }
  }

const byPage = (
  reporter: Reporter,
  env: Omit<AcquisitionEnv, 'onSettled'>,
  url: string,
  events: ReadonlyArray<StoredEvent>
): TE.TaskEither<CommandFailure, void> => {
  const challenged = lastOf(AcquisitionChallenged, events)
  const place = acquisitionUrl({ url })
  if (challenged === undefined || E.isLeft(place)) {
    return TE.fromEither(pipe(outcome(reporter, events), E.map(() => undefined)))
  }
  return pipe(
    monitorWithForm(reporter, env, place.right.page, challenged.challenge),
    TE.flatMapEither((monitored) =>
      pipe(
        outcome(reporter, monitored),
        E.filterOrElse(
          ({ acquired }) => acquired,
          () => failure(EXIT.refused, 'the page gave no license')
        )
      )
    ),
    TE.map(() => undefined)
  )
}

/** A license that is wanted, and where it is asked for. */
export interface Wanted {
  readonly keyId: AsfProtection['keyId']
  readonly url: string
  /** Never over a page. */
  readonly silent: boolean
}

const PAGE = 'a page of the license server may give one (LI-63): serve it, name it with --service, and leave --silent out'

/** `custody acquire`: gets a license for protected content, in one call where that is possible, else over a page (LI-63). */
export const acquireCommand =
  (reporter: Reporter, { keyId, url, silent }: Wanted, services: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const env = envOf(reporter, home, services)
    const acquire = (mode: AcquisitionMode) =>
      runProcess(reporter, (settled) =>
        acquireLicense({ ...env, ...settled })({ mode, keyId, url, urlState: 'untrusted', individualize: canAsk() })
      )
    return pipe(
      acquire('silent'),
      TE.flatMapEither((events) => outcome(reporter, events)),
      TE.flatMap((answer) => {
        if (answer.acquired) return TE.right(undefined)
        if (silent || services.embedded) {
          return TE.left(failure(EXIT.refused, `no license in one call: ${answer.reason} (LI-61)`, PAGE))
        }
        return pipe(
          acquire('non-silent'),
          TE.flatMap((events) => byPage(reporter, env, url, events))
        )
      })
    )
  }

/** Adds `acquire`. */
export const addAcquire: AddCommand = (program, perform) => {
  program
    .command('acquire <file>')
    .description('get a license for protected content from a license server')
    .option('--silent', 'in one call or not at all')
    .option('--yes', 'also from an address that only the content names')
    .option('--service <url>', 'address of the services (default: what the content names, else those of --authority)')
    .action(
      perform(({ silent, yes, service }, file = '') => ({ reporter, places }) =>
        pipe(
          protectionOf(file),
          TE.flatMap(({ keyId, licenseUrl }) => {
            const given = typeof service === 'string' ? service : undefined
            const address = given ?? (licenseUrl === '' ? undefined : licenseUrl)
            const agreed = given === undefined && address !== undefined ? agreeTo(address, yes === true) : TE.right(undefined)
            return pipe(
              agreed,
              TE.flatMap(() =>
                withServices(servicePlace(address, places))((services) =>
                  withHome(places)(acquireCommand(reporter, { keyId, url: address ?? EMBEDDED, silent: silent === true }, services))
                )
              )
            )
          })
        )
      )
    )
}
