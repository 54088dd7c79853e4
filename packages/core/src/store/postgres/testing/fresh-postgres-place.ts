import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'

import { systemClock } from '../../../clock/system-clock'
import { systemRandom } from '../../../random/system-random'
import { succeeds } from '../../../testing/store/store-case'
import { type OpenOptions, type StorePlace, TEST_LOG_ID } from '../../../testing/store/store-place'
import { type PostgresAddress, sharedPostgres } from '../../../../../../test/postgres/shared-postgres'
import { openPostgresStore } from '../open-postgres-store'
import type { PostgresStore } from '../postgres-store'

/** A schema of its own on the server of this test run. */
export interface PostgresPlace extends StorePlace {
  readonly server: PostgresAddress
  readonly schema: string
  readonly open: (options: OpenOptions) => Promise<PostgresStore>
  /** Runs statements of the test's own on a connection of the test's own, with the schema as the search path. */
  readonly query: (text: string, values?: ReadonlyArray<unknown>) => Promise<ReadonlyArray<Record<string, unknown>>>
}

/** A fresh schema for a store on PostgreSQL; `remove` closes what was opened there and drops it. */
export const freshPostgresPlace = async (): Promise<PostgresPlace> => {
  const { address } = await sharedPostgres()
  const schema = `test_${randomBytes(8).toString('hex')}`
  const own = new Client(address).on('error', () => undefined)
  await own.connect()
  await own.query(`SET search_path = ${escapeIdentifier(schema)}`)
  const opened: PostgresStore[] = []
  return {
    server: address,
    schema,
    open: async ({ clock = systemClock, projections = [], logId = TEST_LOG_ID }) => {
      const options = { connection: address, schema, clock, random: systemRandom, logId, projections }
      const store = await succeeds(openPostgresStore(options))
      opened.push(store)
      return store
    },
    query: async (text, values = []) => (await own.query<Record<string, unknown>>(text, [...values])).rows,
    remove: async () => {
      for (const store of opened) store.close()
      await Promise.all(opened.map((store) => store.ended()))
      await own.query(`DROP SCHEMA IF EXISTS ${escapeIdentifier(schema)} CASCADE`)
      await own.end()
    },
  }
}
