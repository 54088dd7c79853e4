import { join } from 'node:path'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Clock } from '../../clock/clock'
import { systemClock } from '../../clock/system-clock'
import type { CoreFault } from '../../fault/core-fault'
import type { Home } from '../../home/home'
import { openHome } from '../../home/open-home'
import { systemRandom } from '../../random/system-random'
import { openPostgresStore } from '../../store/postgres/open-postgres-store'
import type { EngineAddress } from '../../store/testing/open-engine'

/** A home that another process can open too: plain JSON. */
export interface HomeAddress {
  readonly folder: string
  /** On SQLite the log is the home's own file, whatever file is named here. */
  readonly log: EngineAddress
}

/** Opens the home of an address with its log on the engine that the address names. */
export const homeOnEngine = ({ folder, log }: HomeAddress, clock: Clock = systemClock): TaskEither<CoreFault, Home> =>
  openHome({
    directory: join(folder, 'home'),
    machineFile: join(folder, 'machine'),
    clock,
    random: systemRandom,
    ...(log.engine === 'postgres' && {
      openStore: (env) => openPostgresStore({ ...env, connection: log.connection, schema: log.schema }),
    }),
  })
