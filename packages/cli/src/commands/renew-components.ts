import type { ConsentPort } from '@custody/core/consent'
import type { Home } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'
import { renewalQuestion, renewComponents, type Renewal } from '@custody/core/individualization'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { canAsk } from '../consent/ask-yes'
import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import type { Reporter } from '../output/reporter'
import type { Services } from '../services/connect-services'

/** What `custody revocation renew` was told. */
export interface RenewOptions {
  /** Content that does not open; nothing asks about this home's components alone. */
  readonly keyId: KeyId | undefined
  readonly consent: ConsentPort
}

const outcome = (reporter: Reporter, renewal: Renewal): E.Either<CommandFailure, void> => {
  switch (renewal.type) {
    case 'Clear': {
      const { version } = renewal
      reporter.say(`no component of this computer is revoked by revocation information ${version ?? 'none'}: try again`)
      reporter.emit({ type: 'Result', renewal: 'Clear', version })
      return E.right(undefined)
    }
    case 'Open': {
      const { revoked, enablers } = renewal
      reporter.say('a component of this computer is revoked; what replaces it is at')
      for (const url of enablers.urls) reporter.say(`  ${url}`)
      reporter.emit({ type: 'Result', renewal: 'Open', revoked, ...enablers })
      return E.right(undefined)
    }
    case 'NotRenewable':
      return E.left(failure(EXIT.refused, `revoked, and nothing replaces it from here (RV-7): ${renewal.revoked.join(', ')}`))
    case 'Declined':
      return E.left(
        failure(
          EXIT.refused,
          canAsk()
            ? 'declined: nothing was fetched and no address is told (RV-12)'
            : 'a renewal needs consent: answer on a terminal, or state it with --yes (RV-12)'
        )
      )
  }
}

/** `custody revocation renew`: finds out which components are revoked, and where they are renewed. Opens no address. */
export const renewCommand =
  (reporter: Reporter, { keyId, consent }: RenewOptions, { management }: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      renewalQuestion(home)(keyId),
      TE.flatMap(renewComponents({ home, client: management, service: 'management', consent })),
      TE.mapLeft(coreFailure),
      TE.flatMapEither((renewal) => outcome(reporter, renewal))
    )
