import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { freshSqlitePlace, type SqlitePlace } from './testing/fresh-sqlite-place'
import { all, succeeds } from '../../testing/store/store-case'
import { TEST_LOG_ID } from '../../testing/store/store-place'
import { verifyLog } from '../verify-log'

const EACH = 200

/** A process that appends. */
interface Writer {
  readonly process: ChildProcess
  /** Identifiers that were acknowledged so far. */
  readonly acknowledged: () => ReadonlyArray<string>
  /** What the process wrote on its error output, when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>
}

/** Starts a process that appends `count` events to a stream of the log in `file`. */
const startWriter = (file: string, stream: string, count: number): Writer => {
  const program = [join(__dirname, 'testing', 'run-typescript.cjs'), join(__dirname, 'testing', 'writer-process.ts')]
  const child = spawn(process.execPath, [...program, file, stream, String(count)])
  let output = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
  return {
    process: child,
    // A line without its end was not wholly written.
    acknowledged: () => output.split('\n').slice(0, -1),
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, errors })),
  }
}

describe('several processes on one SQLite file', () => {
  let place: SqlitePlace
  beforeEach(async () => {
    place = await freshSqlitePlace()
  })
  afterEach(() => place.remove())

  it('R11: two that append at once, from the first opening on, leave one gapless chain', async () => {
    const writers = ['a', 'b'].map((stream) => startWriter(place.file, stream, EACH))
    const ends = await Promise.all(writers.map((writer) => writer.ended))
    expect(ends).toEqual([
      { code: 0, errors: '' },
      { code: 0, errors: '' },
    ])
    const store = await place.open({})
    const events = await all(store.readAll())
    expect(events.map((event) => event.position)).toEqual(Array.from({ length: 2 * EACH }, (_, index) => index + 1))
    expect(new Set(events.map((event) => event.id)).size).toBe(2 * EACH)
    expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toMatchObject({ events: 2 * EACH })
    const acknowledged = writers.flatMap((writer) => writer.acknowledged())
    expect([...acknowledged].sort()).toEqual(events.map((event) => event.id).sort())
  }, 60_000)

  it('R5: a killed one loses nothing that it had acknowledged, and the next goes on', async () => {
    const writer = startWriter(place.file, 'a', Number.MAX_SAFE_INTEGER)
    while (writer.acknowledged().length < EACH) await sleep(2)
    writer.process.kill('SIGKILL')
    await writer.ended
    const store = await place.open({})
    const verified = await succeeds(verifyLog(store, TEST_LOG_ID))
    const ids = new Set((await all(store.readAll())).map((event) => event.id))
    expect(writer.acknowledged().filter((id) => !ids.has(id))).toEqual([])
    // At most the one append that was stored but not yet told.
    expect(verified.events - writer.acknowledged().length).toBeLessThanOrEqual(1)
    store.close()
    const next = startWriter(place.file, 'b', 3)
    expect(await next.ended).toEqual({ code: 0, errors: '' })
    expect(await succeeds(verifyLog(await place.open({}), TEST_LOG_ID))).toMatchObject({ events: verified.events + 3 })
  }, 60_000)
})
