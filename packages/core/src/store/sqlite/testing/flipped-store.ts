import { rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as E from 'fp-ts/Either'
import Database from 'libsql'

import { systemClock } from '../../../clock/system-clock'
import { systemRandom } from '../../../random/system-random'
import { succeeds } from '../../../testing/store/store-case'
import { TEST_LOG_ID } from '../../../testing/store/store-place'
import { filled, flipOutcome, type FlipOutcome, flippedProjections } from '../../testing/flipped-contents'
import { openSqliteStore } from '../open-sqlite-store'

/** A file, and everything that a reader can get from it. */
export interface WholeStore {
  readonly bytes: Buffer
  readonly everything: string
}

const OPENINGS_BETWEEN_COLLECTIONS = 500

/** The engine's objects are given up in a turn of their own. */
const collectGarbage = async (): Promise<void> => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  await setImmediate()
}

const open = (file: string) =>
  openSqliteStore({ file, clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections: flippedProjections })

/**
 * Makes a whole store.
 *
 * @param pageSize bytes of the engine's pages: small ones make a small file with every kind of page.
 */
export const wholeStore = async (pageSize: number): Promise<WholeStore> => {
  const folder = await mkdtemp(join(tmpdir(), 'custody-flips-'))
  const file = join(folder, 'events.db')
  try {
    const database = new Database(file)
    database.exec(`PRAGMA page_size = ${pageSize}`)
    database.pragma('journal_mode = WAL')
    database.close()
    const store = await succeeds(open(file))
    const everything = await filled(store)
    store.close()
    // The write-ahead log has checksums of its own; here everything is to lie in the one file.
    checkpointed(file)
    return { bytes: await readFile(file), everything }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const checkpointed = (file: string): void => {
  const database = new Database(file)
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
}

/** A place for one damaged file after the other. */
export interface DamagedPlace {
  /** Opens the bytes, verifies them unless told not to, and reads everything. */
  readonly outcome: (bytes: Buffer, whole: WholeStore, verify?: boolean) => Promise<FlipOutcome>
  readonly remove: () => Promise<void>
}

/** A folder for damaged files. */
export const damagedPlace = async (): Promise<DamagedPlace> => {
  const folder = await mkdtemp(join(tmpdir(), 'custody-flips-'))
  const file = join(folder, 'events.db')
  let openings = 0
  return {
    outcome: async (bytes, { everything }, verify = true) => {
      // A closed connection keeps its file until its statements are garbage.
      if ((openings += 1) % OPENINGS_BETWEEN_COLLECTIONS === 0) await collectGarbage()
      for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true })
      writeFileSync(file, bytes)
      const opened = await open(file)()
      if (E.isLeft(opened)) return 'detected'
      try {
        return await flipOutcome(opened.right, everything, verify)
      } finally {
        opened.right.close()
      }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}
