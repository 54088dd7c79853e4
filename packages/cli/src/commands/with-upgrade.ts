import type { Home } from '@custody/core/home'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { canAsk } from '../consent/ask-yes'
import { consentPort } from '../consent/consent-port'
import type { CommandFailure } from '../failure/command-failure'
import { servicePlace, withServices } from '../services/connect-services'
import { individualizeCommand } from './individualize'
import type { Run } from './run'

type OnHome<A> = (home: Home) => TE.TaskEither<CommandFailure, A>

const MENDS = 'this computer has to be individualized first: run custody individualize, then this command again'

/**
 * Runs a command on a home that may have to be individualized for it: on a terminal that is asked for, done, and the command
 * goes on; elsewhere the failure says what mends it (IN-5, IN-29).
 *
 * @param service address of the services, as an option gives it.
 */
export const withUpgrade =
  <A>({ reporter, places }: Run, service: unknown, work: OnHome<A>): OnHome<A> =>
  (home) =>
    async () => {
      const first = await work(home)()
      if (E.isRight(first) || first.left.mend !== 'individualize') return first
      if (!canAsk()) return E.left({ ...first.left, lines: [...first.left.lines, MENDS] })
      for (const line of first.left.lines) reporter.warn(line)
      return pipe(
        withServices(servicePlace(service, places))((services) =>
          individualizeCommand(reporter, { force: false, consent: consentPort(reporter, {}) }, services)(home)
        ),
        TE.flatMap(() => work(home))
      )()
    }
