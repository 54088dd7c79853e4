import { type GatedTests, whenInstalled } from '../../../../../test/gate/when-installed'
import type { StorePlace } from '../../testing/store/store-place'
import { freshPostgresPlace } from '../postgres/testing/fresh-postgres-place'
import { freshSqlitePlace } from '../sqlite/testing/fresh-sqlite-place'
import type { EngineAddress } from './open-engine'

/** A place for one test whose log other processes can open by its address. */
export interface EnginePlace extends StorePlace {
  readonly address: EngineAddress
}

/** An engine whose log several processes share. */
export interface Engine {
  readonly name: string
  readonly tests: GatedTests
  readonly fresh: () => Promise<EnginePlace>
}

/** The engines that keep a log for several processes. */
export const engines: ReadonlyArray<Engine> = [
  {
    name: 'SQLite',
    tests: { describe, it },
    fresh: async () => {
      const place = await freshSqlitePlace()
      return { ...place, address: { engine: 'sqlite', file: place.file } }
    },
  },
  {
    name: 'PostgreSQL',
    tests: whenInstalled('postgres'),
    fresh: async () => {
      const place = await freshPostgresPlace()
      const { server: connection, schema } = place
      return { ...place, address: { engine: 'postgres', connection, schema } }
    },
  },
]
