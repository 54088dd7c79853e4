import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { homeAuthority } from '../authority/home-authority'
import { uuidV7 } from '../event/uuid-v7'
import type { ServiceClient } from '../exchange/service-client'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { presentCredential } from '../individualization/present-credential'
import { CREDENTIAL_HEADER, HISTORY_PATH, HistoryReply } from './restore-messages'
import { managementKeys } from './restore-session'

/** What a history is asked with. */
export interface RestoreHistoryEnv {
  readonly home: Home
  /** Of the License Management Service. */
  readonly client: ServiceClient
  /** Gives the question up. */
  readonly signal: AbortSignal
}

/**
 * Asks which other computers are counted for licenses that this one is counted for: a backup that somebody else restored shows.
 * The credential of this computer is all that leaves, to the service that issued its licenses before. Changes nothing, here or
 * there.
 *
 * @errors `NotIndividualized`, `ServiceUnavailable`, `ServiceRefused`, `ReplyInvalid` also for an answer to another computer, those of
 * keystore and store.
 * @source docs/reference/protocols.md, section 10
 */
export const restoreHistory = ({ home, client, signal }: RestoreHistoryEnv): TE.TaskEither<CoreFault, HistoryReply> =>
  pipe(
    TE.Do,
    TE.bind('own', () => presentCredential(home)),
    TE.bind('authority', () => homeAuthority(home)),
    TE.bindW('signing', ({ own }) => home.keystore.signing(own.credential.epoch)),
    TE.bindW('answer', ({ own, authority, signing }) =>
      client.call({
        service: 'management',
        authority: authority.authority,
        signing: signing.key,
        path: HISTORY_PATH,
        headers: { [CREDENTIAL_HEADER]: own.jws },
        idem: uuidV7(home.clock, home.random),
        keyFor: managementKeys(authority, home.clock.now()),
        codec: HistoryReply,
        signal,
      })
    ),
    TE.filterOrElse(
      ({ own, answer }) => answer.body.mid === own.credential.mid,
      (): CoreFault => ({ type: 'ReplyInvalid', service: 'management', why: 'about another computer' })
    ),
    TE.map(({ answer }) => answer.body)
  )
