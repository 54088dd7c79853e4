import { rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import Database from 'libsql'

import { systemClock } from '../../../clock/system-clock'
import type { StoredEvent } from '../../../event/stored-event'
import { CoreError } from '../../../fault/core-error'
import { systemRandom } from '../../../random/system-random'
import { all, numbers, onto, succeeds } from '../../../testing/store/store-case'
import { TEST_LOG_ID, type TestedStore } from '../../../testing/store/store-place'
import type { AppendRequest, Projection, StateChange } from '../../event-store'
import { verifyStore } from '../../verify-store'
import { openSqliteStore } from '../open-sqlite-store'

/** Rows by stream and by note; a note of null deletes the newest. */
const projections: ReadonlyArray<Projection> = [
  {
    model: 'by-stream',
    project: ({ stream, data, position }) => {
      const { note } = data as { readonly note: unknown }
      return [
        { model: 'by-stream', key: stream, id: 'newest', value: note },
        { model: 'by-stream', key: stream, id: `at-${position}`, value: { note } },
      ]
    },
  },
]

const SPACES: ReadonlyArray<StateChange['space']> = ['key-envelope', 'shred-key', 'snapshot']
const STREAMS = ['alpha', 'beta', 'gamma', 'none']

const state = (space: StateChange['space'], key: string, length: number): StateChange => ({
  space,
  key,
  value: Uint8Array.from({ length }, (_, index) => (index * 7) % 256),
})

/** What the store holds; each can be asked for again by its idempotency key. */
const requests: ReadonlyArray<AppendRequest> = [
  { appends: [onto('alpha', 'any', 'first', 2, { deep: [1, null] })], idempotencyKey: 'i1' },
  {
    appends: [onto('beta', 'any', 'x'.repeat(300)), onto('alpha', 'any', null)],
    state: [state('key-envelope', 'k1', 40), state('key-envelope', 'k2', 90), state('shred-key', 's', 32)],
    idempotencyKey: 'i2',
    causation: 'cause',
    correlation: 'é',
  },
  { appends: [onto('gamma', 'any', ...numbers(3))], state: [state('snapshot', 'n/alpha', 500)], idempotencyKey: 'i3' },
]

/** A file, and everything that a reader can get from it. */
export interface WholeStore {
  readonly bytes: Buffer
  readonly everything: string
}

const open = (file: string) =>
  openSqliteStore({ file, clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections })

/** The ids of the events of an append that is repeated, and of one that is new. */
const answers = async (store: TestedStore): Promise<ReadonlyArray<unknown>> => {
  const repeated: Array<ReadonlyArray<StoredEvent>> = []
  for (const request of requests) repeated.push(await succeeds(store.append(request)))
  return repeated
}

/** All that can be read, as text. A repeat of an append is a reading, too. */
const everythingOf = async (store: TestedStore): Promise<string> => {
  const events = await all(store.readAll())
  const rows = await all(store.modelRows('by-stream'))
  const found = {
    events,
    head: await succeeds(store.head()),
    records: await all(store.records()),
    streams: await Promise.all(STREAMS.map((stream) => all(store.read(stream)))),
    byId: await Promise.all(events.map(({ id }) => succeeds(store.event(id)))),
    rows,
    looked: await Promise.all(STREAMS.map((key) => succeeds(store.lookUp('by-stream', key)))),
    scanned: await Promise.all(STREAMS.map((key) => all(store.scan('by-stream', key)))),
    state: await Promise.all(SPACES.map((space) => all(store.stateRows(space)))),
    values: [await succeeds(store.state('key-envelope', 'k1')), await succeeds(store.state('snapshot', 'n/alpha'))],
    answers: await answers(store),
  }
  return JSON.stringify(found)
}

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
    for (const request of requests) await succeeds(store.append(request))
    const everything = await everythingOf(store)
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

/** What became of a flip: a fault of the store's own, nothing that anybody reads, or a change that nobody noticed. */
export type FlipOutcome = 'detected' | 'harmless' | 'UNNOTICED'

/** A place for one damaged file after the other. */
export interface DamagedPlace {
  /** Opens the bytes, verifies them unless told not to, and reads everything. */
  readonly outcome: (bytes: Buffer, whole: WholeStore, verify?: boolean) => Promise<FlipOutcome>
  readonly remove: () => Promise<void>
}

/** A fault that comes by an Observable or a task of the kit. */
const isFault = (error: unknown): boolean =>
  error instanceof CoreError || (error instanceof Error && error.message.startsWith('expected success, found {'))

const judged = async (store: TestedStore, whole: WholeStore, verify: boolean): Promise<FlipOutcome> => {
  if (verify && E.isLeft(await verifyStore(store, { logId: TEST_LOG_ID, projections })())) return 'detected'
  try {
    return (await everythingOf(store)) === whole.everything ? 'harmless' : 'UNNOTICED'
  } catch (error) {
    if (isFault(error)) return 'detected'
    throw error
  }
}

/** A folder for damaged files. */
export const damagedPlace = async (): Promise<DamagedPlace> => {
  const folder = await mkdtemp(join(tmpdir(), 'custody-flips-'))
  const file = join(folder, 'events.db')
  return {
    outcome: async (bytes, whole, verify = true) => {
      for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true })
      writeFileSync(file, bytes)
      const opened = await open(file)()
      if (E.isLeft(opened)) return 'detected'
      try {
        return await judged(opened.right, whole, verify)
      } finally {
        opened.right.close()
      }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}
