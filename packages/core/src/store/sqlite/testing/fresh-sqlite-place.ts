import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock } from '../../../clock/system-clock'
import { systemRandom } from '../../../random/system-random'
import { succeeds } from '../../../testing/store/store-case'
import { type StorePlace, TEST_LOG_ID, type TestedStore } from '../../../testing/store/store-place'
import { openSqliteStore } from '../open-sqlite-store'

/** A folder of its own with one database file. */
export interface SqlitePlace extends StorePlace {
  readonly file: string
}

/** A fresh folder for a store on SQLite; `remove` closes what was opened there. */
export const freshSqlitePlace = async (): Promise<SqlitePlace> => {
  const folder = await mkdtemp(join(tmpdir(), 'custody-store-'))
  const file = join(folder, 'events.db')
  const opened: TestedStore[] = []
  return {
    file,
    open: async ({ clock = systemClock, projections = [], logId = TEST_LOG_ID }) => {
      const store = await succeeds(openSqliteStore({ file, clock, random: systemRandom, logId, projections }))
      opened.push(store)
      return store
    },
    remove: async () => {
      for (const store of opened) store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
