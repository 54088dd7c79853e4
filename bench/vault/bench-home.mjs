/** A home on either engine, and a bare store of the same engine beside it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@custody/core/clock'
import { openHome } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import { openPostgresStore } from '@custody/core/store/postgres'
import { openSqliteStore } from '@custody/core/store/sqlite'

const env = { clock: systemClock, random: systemRandom }

/** The value of a task, or its fault thrown. */
export const succeed = async (task) => {
  const result = await task()
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

/** @param address of a PostgreSQL; without one the log is a file of the home. */
export const openBenchHome = ({ folder, name, address }) =>
  succeed(
    openHome({
      directory: join(folder, name),
      machineFile: join(folder, 'machine'),
      ...env,
      ...(address && { openStore: (given) => openPostgresStore({ ...given, connection: address, schema: `bench_${name}` }) }),
    })
  )

/** A store without read models, for what the engine itself does. */
export const openBareStore = ({ folder, name, address }) => {
  const options = { ...env, logId: 'bench', projections: [] }
  if (address) return succeed(openPostgresStore({ ...options, connection: address, schema: `bare_${name}` }))
  mkdirSync(join(folder, `bare-${name}`))
  return succeed(openSqliteStore({ ...options, file: join(folder, `bare-${name}`, 'events.db') }))
}

/** Closes a store or home and waits until its connections are gone. */
export const closed = async (opened) => {
  opened.close()
  await opened.ended?.()
}
