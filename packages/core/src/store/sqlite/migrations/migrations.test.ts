import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'libsql'

import { runs } from '../../../../../../test/gate/runs'
import { all, fails, noted, onto, succeeds } from '../../../testing/store/store-case'
import { verifyLog } from '../../verify-log'
import type { Projection } from '../../event-store'
import { prepareSchema } from '../schema'
import { connect } from '../sql'
import { freshSqlitePlace, type SqlitePlace } from '../testing/fresh-sqlite-place'
import { growVersion1, putVersion1, rowsOf, VERSION_1_LOG_ID } from '../testing/log-of-version-1'
import { MIGRATIONS } from './migrations'

const LONG = 120_000
const MANY = 5000

const byType: Projection = {
  model: 'by-type',
  project: ({ type, id, position }) => [{ model: 'by-type', key: type, id, value: position }],
}

const startOpening = (file: string): ChildProcess => {
  const testing = join(__dirname, '..', 'testing')
  return spawn(process.execPath, [join(testing, 'run-typescript.cjs'), join(testing, 'opening-process.ts'), file])
}

const outputOf = async (child: ChildProcess): Promise<string> => {
  let output = ''
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()))
  await once(child, 'close')
  return output
}

describe('a log with tables of version 1', () => {
  let place: SqlitePlace
  beforeEach(async () => {
    place = await freshSqlitePlace()
    await putVersion1(place.file)
  })
  afterEach(() => place.remove())

  it('opens with the same records, and its chain holds', async () => {
    const before = rowsOf(place.file, 'log')
    const store = await place.open({})
    expect(rowsOf(place.file, 'log')).toEqual(before)
    expect(await all(store.readAll())).toHaveLength(before.length)
    expect(await succeeds(verifyLog(store, VERSION_1_LOG_ID))).toMatchObject({ events: before.length })
    await succeeds(store.selfCheck())
  })

  it('has the highest time at its head', async () => {
    const times = (rowsOf(place.file, 'log') as ReadonlyArray<ReadonlyArray<number>>).map((row) => row[6] ?? 0)
    expect((await succeeds((await place.open({})).head())).time).toBe(Math.max(...times))
  })

  it('keeps all values beside the log, each with its digest', async () => {
    const before = rowsOf(place.file, 'state') as ReadonlyArray<ReadonlyArray<unknown>>
    const store = await place.open({})
    expect(before).toHaveLength(5)
    expect((rowsOf(place.file, 'state') as ReadonlyArray<ReadonlyArray<unknown>>).map((row) => row.slice(0, 3))).toEqual(before)
    expect(new TextDecoder().decode(await succeeds(store.state('shred-key', 'subject')))).toBe('a key that was kept')
    expect(await all(store.stateRows('key-envelope'))).toHaveLength(4)
  })

  it('answers a repeat of an append of that time with its first result', async () => {
    const store = await place.open({})
    const [first, second] = (await all(store.read('note'))).map(({ id }) => id)
    const events = [noted('é'), noted(2)]
    const repeat = { appends: [{ stream: 'note', expectedRevision: 0, events }], idempotencyKey: 'same' }
    expect((await succeeds(store.append(repeat))).map(({ id }) => id)).toEqual([first, second])
  })

  it('makes read models again from the log', async () => {
    const store = await place.open({ projections: [byType] })
    expect(await succeeds(store.lookUp('by-type', 'LicenseStored'))).toHaveLength(2)
    expect(await all(store.modelRows('license'))).toEqual([])
  })

  it('goes on where it ended', async () => {
    const store = await place.open({})
    await succeeds(store.append({ appends: [onto('note', 2, 3)], idempotencyKey: 'next' }))
    expect(await succeeds(verifyLog(store, VERSION_1_LOG_ID))).toMatchObject({ events: 36 })
  })

  it('has the same tables in the end as a log that was begun today', async () => {
    await place.open({})
    const fresh = await freshSqlitePlace()
    await fresh.open({})
    const tables = 'sqlite_schema ORDER BY name'
    const withoutPages = (file: string) =>
      (rowsOf(file, tables) as ReadonlyArray<ReadonlyArray<unknown>>).map(([type, name, of, , text]) => [type, name, of, text])
    expect(withoutPages(place.file)).toEqual(withoutPages(fresh.file))
    await fresh.remove()
  })

  it('is of version 1 as a whole when the change breaks off', async () => {
    const before = ['meta', 'log', 'log_head', 'state', 'idempotency', 'model', 'read_model'].map((table) => rowsOf(place.file, table))
    const stop = (): never => {
      throw new Error('stopped')
    }
    for (const steps of [1, 3, 8, 12]) {
      const broken = MIGRATIONS.map((migration) => ({ ...migration, steps: [...migration.steps.slice(0, steps), stop] }))
      const sql = connect(place.file)
      expect(() => prepareSchema(sql, 'new', broken)).toThrow('stopped')
      sql.close()
      const after = ['meta', 'log', 'log_head', 'state', 'idempotency', 'model', 'read_model'].map((table) => rowsOf(place.file, table))
      expect(after).toEqual(before)
    }
    await succeeds(verifyLog(await place.open({}), VERSION_1_LOG_ID))
  })

  it('is changed once by processes that open it at the same time', async () => {
    growVersion1(place.file, MANY)
    const outputs = await Promise.all(Array.from({ length: 4 }, () => outputOf(startOpening(place.file))))
    expect(outputs).toEqual(Array.from({ length: 4 }, () => 'ready\nRight\n'))
    const store = await place.open({})
    await succeeds(store.selfCheck())
    expect(await all(store.stateRows('key-envelope'))).toHaveLength(MANY + 4)
  }, LONG)

  it('is whole, of one version or the other, when a process is killed while it changes it', async () => {
    growVersion1(place.file, MANY)
    const found = new Set<unknown>()
    for (let kills = 0; kills < runs(4); kills++) {
      const child = startOpening(place.file)
      if (child.stdout !== null) await once(child.stdout, 'data')
      await sleep(10 + 25 * (kills % 8))
      child.kill('SIGKILL')
      await once(child, 'close')
      const [[, version] = []] = rowsOf(place.file, 'meta') as ReadonlyArray<ReadonlyArray<unknown>>
      found.add(version)
      expect(rowsOf(place.file, version === '1' ? 'log_head' : 'head')).toHaveLength(1)
      expect(rowsOf(place.file, 'state')).toHaveLength(MANY + 5)
    }
    expect([...found].every((version) => version === '1' || version === '2')).toBe(true)
    const store = await place.open({})
    await succeeds(store.selfCheck())
    expect(await succeeds(verifyLog(store, VERSION_1_LOG_ID))).toMatchObject({ events: 35 })
  }, LONG)

  it('takes no append of a program of version 1 that still runs', async () => {
    const old = new Database(place.file)
    const move = old.prepare('UPDATE log_head SET position = ?, hash = ?')
    await place.open({})
    expect(() => move.run([36, 'hash'])).toThrow('log_head')
    old.close()
  })

  it('refuses to append to a log whose tables a newer program changed meanwhile', async () => {
    const store = await place.open({})
    const database = new Database(place.file)
    database.exec("UPDATE meta SET value = '3' WHERE name = 'schema'")
    database.close()
    const newer = { type: 'LogNewerVersion', place: place.file, found: 3, known: 2 }
    expect(await fails(store.append({ appends: [onto('note', 'any', 1)] }))).toEqual(newer)
  })
})
