import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '@custody/core/clock'
import type { StoredEvent } from '@custody/core/event'
import { serviceClient } from '@custody/core/exchange'
import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { individualize } from '@custody/core/individualization'
import { systemRandom } from '@custody/core/random'
import { openPostgresStore, type PostgresConnection } from '@custody/core/store/postgres'
import { openOperator, type Operator } from '@custody/services/operator'
import { httpTransport } from '@custody/services/transport'
import type { TaskEither } from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'

// region: instance
/** One of several instances of an authority: its keys in a folder that all of them have, its log on a server. */
export const openInstance = (directory: string, connection: string | PostgresConnection, schema: string): TaskEither<CoreFault, Operator> =>
  openOperator({
    directory,
    clock: systemClock,
    random: systemRandom,
    policy: { restoreLimit: 3 },
    openStore: (env) => openPostgresStore({ ...env, connection, schema }),
  })
// endregion: instance

// region: client
/** Individualizes a home at the services behind an address. Whoever calls it has shown the notice and got a yes. */
export const individualizeAt = (address: string, home: Home): Observable<StoredEvent> => {
  const wait = (milliseconds: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal }).catch(() => undefined)
  const client = serviceClient({ transport: httpTransport(address), clock: systemClock, random: systemRandom, wait })
  const consent = { ask: () => Promise.resolve({ answer: 'given', by: 'flag' } as const) }
  return individualize({ home, client, consent })({ forced: true })
}
// endregion: client
