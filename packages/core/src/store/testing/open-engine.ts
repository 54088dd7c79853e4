import type { TaskEither } from 'fp-ts/TaskEither'

import { systemClock } from '../../clock/system-clock'
import type { CoreFault } from '../../fault/core-fault'
import { systemRandom } from '../../random/system-random'
import { TEST_LOG_ID, type TestedStore } from '../../testing/store/store-place'
import type { Projection } from '../event-store'
import type { PostgresConnection } from '../postgres/connection'
import { openPostgresStore } from '../postgres/open-postgres-store'
import { openSqliteStore } from '../sqlite/open-sqlite-store'

/** A log that another process can open too: plain JSON. */
export type EngineAddress =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly connection: PostgresConnection; readonly schema: string }

/** Opens the log of an address on its engine. */
export const openEngine = (
  address: EngineAddress,
  projections: ReadonlyArray<Projection>
): TaskEither<CoreFault, TestedStore> => {
  const env = { clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections }
  return address.engine === 'sqlite'
    ? openSqliteStore({ ...env, file: address.file })
    : openPostgresStore({ ...env, connection: address.connection, schema: address.schema })
}
