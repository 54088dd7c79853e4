import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { firstValueFrom } from 'rxjs'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { sharedPostgres } from '../../../../../test/postgres/shared-postgres'
import { systemClock } from '../../clock/system-clock'
import { systemRandom } from '../../random/system-random'
import { all, fails, numbers, onto, succeeds } from '../../testing/store/store-case'
import { TEST_LOG_ID } from '../../testing/store/store-place'
import { eventually } from '../testing/eventually'
import { verifyLog } from '../verify-log'
import { connectionsTo, type PostgresConnection } from './connection'
import { openPostgresStore } from './open-postgres-store'
import type { PostgresStore } from './postgres-store'
import { CHANGES, prepareSchema } from './schema'
import { freshPostgresPlace, type PostgresPlace } from './testing/fresh-postgres-place'

const { describe, it } = whenInstalled('postgres')
const MINUTE = 60_000
const CANARY = 'canary-7f3a91'

const openAt = (connection: string | PostgresConnection, schema: string) =>
  openPostgresStore({ connection, schema, clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections: [] })

describe('the PostgreSQL server', () => {
  let place: PostgresPlace
  const opened: PostgresStore[] = []
  beforeEach(async () => {
    place = await freshPostgresPlace()
  }, MINUTE)
  afterEach(async () => {
    for (const store of opened) store.close()
    await Promise.all(opened.splice(0).map((store) => store.ended()))
    await place.remove()
  }, MINUTE)

  const open = async (connection: string | PostgresConnection = place.server): Promise<PostgresStore> => {
    const store = await succeeds(openAt(connection, place.schema))
    opened.push(store)
    return store
  }
  const url = (more = ''): string => {
    const { user, password, host, port, database } = place.server
    return `postgresql://${user}:${password}@${host}:${port}/${database}${more}`
  }
  const at = (): string => `postgresql://127.0.0.1:${place.server.port}/postgres schema ${place.schema}`

  it('makes the tables once, whoever opens the log at the same time', async () => {
    const stores = await Promise.all(numbers(8).map(() => open()))
    await Promise.all(stores.map((store, index) => succeeds(store.append({ appends: [onto('a', 'any', index)] }))))
    expect(await place.query('SELECT value FROM meta')).toEqual([{ value: expect.stringMatching(/^\d+$/) }])
    expect(await succeeds(verifyLog(await open(), TEST_LOG_ID))).toMatchObject({ events: 8 })
  }, MINUTE)

  it('reports a lock that another holds longer than the wait, and lets readers pass', async () => {
    const store = await open({ ...place.server, lock_timeout: 50 })
    await place.query('BEGIN')
    await place.query('SELECT * FROM head FOR UPDATE')
    expect(await fails(store.append({ appends: [onto('a', 0, 1)] }))).toEqual({ type: 'StoreLocked', place: at() })
    expect(await all(store.readAll())).toEqual([])
    await place.query('ROLLBACK')
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
  }, MINUTE)

  it('judges by what was stored while it waited for the lock, not by what it saw before', async () => {
    const store = await open()
    await succeeds(store.append({ appends: [onto('b', 0, 1)] }))
    await place.query('BEGIN')
    await place.query('UPDATE head SET position = 2, turn = turn + 1')
    await place.query(`INSERT INTO log SELECT 2, 'x', 'a', 1, type, 1, time, null, null, data, hash, 'x' FROM log`)
    const append = store.append({ appends: [onto('a', 0, 1)] })()
    await eventually(async () => {
      await place.query('SELECT pg_stat_clear_snapshot()')
      const waiting = await place.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'`,
        [place.schema]
      )
      return waiting.length > 0
    })
    await place.query('COMMIT')
    expect(await append).toEqual({
      _tag: 'Left',
      left: { type: 'RevisionConflict', stream: 'a', expected: 0, actual: 1 },
    })
  }, MINUTE)

  it('reports a full disk, leaves the log as it was, and goes on when there is room', async () => {
    const store = await open()
    await place.query(`CREATE FUNCTION ${place.schema}.no_room() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$`)
    await place.query(`CREATE TRIGGER no_room BEFORE INSERT ON log EXECUTE FUNCTION ${place.schema}.no_room()`)
    expect(await fails(store.append({ appends: [onto('a', 0, 1)] }))).toEqual({ type: 'DiskFull', place: at() })
    expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toMatchObject({ events: 0 })
    await place.query('DROP TRIGGER no_room ON log')
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
  }, MINUTE)

  it('refuses a log of a newer program and says which, and a schema with other tables', async () => {
    await open()
    const [before] = await place.query('SELECT value FROM meta')
    await place.query(`UPDATE meta SET value = '77'`)
    const known = Number(before?.['value'])
    expect(await fails(openAt(place.server, place.schema))).toEqual({ type: 'LogNewerVersion', place: at(), found: 77, known })
    await place.query(`UPDATE meta SET value = 'x'`)
    expect(await fails(openAt(place.server, place.schema))).toMatchObject({ type: 'LogBroken' })
    await place.query('DROP TABLE meta')
    expect(await fails(openAt(place.server, place.schema))).toMatchObject({
      type: 'LogBroken',
      found: expect.stringContaining('table '),
    })
  }, MINUTE)

  it('says why a server is not reached, by its code and without the password', async () => {
    const { server, schema } = place
    const codes = async (connection: string | PostgresConnection): Promise<unknown> => {
      const fault = await fails(openAt(connection, schema))
      expect(JSON.stringify(fault)).not.toContain(CANARY)
      return fault.type === 'StoreUnavailable' ? fault.code : fault
    }
    expect(await codes({ ...server, password: CANARY })).toBe('28P01')
    expect(await codes({ ...server, database: 'none' })).toBe('3D000')
    expect(await codes({ ...server, ssl: true })).toBe('CONNECTION_FAILED')
    expect(await codes({ ...server, port: 1, password: CANARY })).toBe('ECONNREFUSED')
    expect(await codes(`postgresql://user:${CANARY}@127.0.0.1:port/database`)).toMatchObject({
      type: 'BadInput',
      where: 'connection',
    })
  }, MINUTE)

  it('refuses a name that the server would cut or keeps for itself', async () => {
    for (const schema of ['', 'x'.repeat(51), 'é'.repeat(26), 'pg_mine', 'a\0b']) {
      expect(await fails(openAt(place.server, schema))).toMatchObject({ type: 'BadInput', where: 'schema' })
    }
  })

  it('changes the tables of an older program once, and that program appends no more', async () => {
    const older = await open()
    await succeeds(older.append({ appends: [onto('a', 0, 1)] }))
    const change = (schema: string) => [`CREATE TABLE ${schema}.later (x int)`, `INSERT INTO ${schema}.later VALUES (1)`]
    const connections = connectionsTo(place.server, place.schema)
    const changes = [...CHANGES, change]
    await Promise.all(numbers(4).map(() => prepareSchema(connections, place.schema, TEST_LOG_ID, changes)))
    expect(await place.query('SELECT * FROM later')).toEqual([{ x: 1 }])
    const newer = { type: 'LogNewerVersion', place: at(), found: changes.length, known: CHANGES.length }
    expect(await fails(older.append({ appends: [onto('a', 1, 2)] }))).toEqual(newer)
    expect(await fails(openAt(place.server, place.schema))).toEqual(newer)
    await connections.end()
  }, MINUTE)

  it('leaves no half of a change that fails', async () => {
    await open()
    const connections = connectionsTo(place.server, place.schema)
    const change = (schema: string) => [`CREATE TABLE ${schema}.later (x int)`, 'SELECT 1 / 0']
    await expect(prepareSchema(connections, place.schema, TEST_LOG_ID, [...CHANGES, change])).rejects.toThrow()
    expect(await place.query(`SELECT to_regclass('later') AS found`)).toEqual([{ found: null }])
    await open()
    await connections.end()
  }, MINUTE)

  for (const [what, table, change] of [
    ['data', 'log', `data = replace(data, '2', '3')`],
    ['stream', 'log', `stream = 'z'`],
    ['time', 'log', 'time = time + 1'],
    ['hash', 'log', `hash = ''`],
  ] as const) {
    it(`R11: names the record whose ${what} was edited`, async () => {
      const store = await open()
      await succeeds(store.append({ appends: [onto('a', 0, 1, 2, 3)] }))
      await place.query(`UPDATE ${table} SET ${change} WHERE position = 2`)
      expect(await fails(verifyLog(store, TEST_LOG_ID))).toMatchObject({ type: 'LogBroken', position: 2 })
    }, MINUTE)
  }

  it('R10: finds an edited value beside the log, and hands none out', async () => {
    const store = await open()
    const state = [{ space: 'snapshot', key: 'k', value: Uint8Array.of(1) }] as const
    const request = { appends: [onto('a', 0, 1)], state, idempotencyKey: 'i' }
    await succeeds(store.append(request))
    await succeeds(store.selfCheck())
    await place.query('UPDATE idempotency SET last_position = 2')
    const repeated = { type: 'StateBroken', table: 'idempotency', key: 'a/i' }
    expect([await fails(store.selfCheck()), await fails(store.append(request))]).toEqual([repeated, repeated])
    await place.query('UPDATE idempotency SET last_position = 1')
    await place.query(`UPDATE state SET value = '\\x02'`)
    const value = { type: 'StateBroken', table: 'state', key: 'snapshot/k' }
    expect([await fails(store.selfCheck()), await fails(store.state('snapshot', 'k'))]).toEqual([value, value])
  }, MINUTE)

  it('R10: finds an index that does not fit its table', async () => {
    const store = await open()
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    const ready = (answer: boolean) =>
      place.query('UPDATE pg_index SET indisready = $1 WHERE indexrelid = $2::regclass', [answer, 'log_stream_revision_key'])
    await ready(false)
    await succeeds(store.append({ appends: [onto('b', 0, 2)] }))
    await ready(true)
    expect(await fails(store.selfCheck())).toMatchObject({ type: 'LogBroken', expected: expect.stringContaining('revision') })
    await place.query('REINDEX TABLE log')
    await succeeds(store.selfCheck())
  }, MINUTE)

  it('takes a schema whose name has to be quoted', async () => {
    const schema = `${place.schema} "O'Brien" .x`
    const store = await succeeds(openAt(url(), schema))
    opened.push(store)
    const followed = firstValueFrom((await succeeds(openAt(url(), schema))).follow())
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    expect((await followed).position).toBe(1)
    await place.query(`DROP SCHEMA "${schema.replaceAll('"', '""')}" CASCADE`)
  }, MINUTE)

  it('refuses a database of another encoding', async () => {
    const name = `${place.schema}_latin`
    await place.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING LATIN1 LOCALE_PROVIDER libc LOCALE 'C'`)
    const refused = await fails(openAt({ ...place.server, database: name }, place.schema))
    expect(refused).toMatchObject({ type: 'StoreUnavailable', code: 'ENCODING_LATIN1' })
    await place.query(`DROP DATABASE ${name}`)
  }, MINUTE)

  it('acknowledges only what is on the disk and locks as it must, whatever the database says by default', async () => {
    const careless = '?options=-c%20synchronous_commit%3Doff%20-c%20default_transaction_isolation%3Dserializable'
    const stores = await Promise.all(numbers(4).map(() => open(url(careless))))
    await place.query('CREATE TABLE seen (commit text, isolation text)')
    await place.query(`CREATE FUNCTION ${place.schema}.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO ${place.schema}.seen
        VALUES (current_setting('synchronous_commit'), current_setting('transaction_isolation'));
      RETURN NULL; END $$`)
    await place.query(`CREATE TRIGGER look AFTER INSERT ON log EXECUTE FUNCTION ${place.schema}.look()`)
    await Promise.all(stores.map((store, index) => succeeds(store.append({ appends: [onto('a', 'any', index)] }))))
    expect(await place.query('SELECT DISTINCT commit, isolation FROM seen')).toEqual([
      { commit: 'on', isolation: 'read committed' },
    ])
  }, MINUTE)

  it('says so when it is used after it was closed, also in the middle of reading; what was begun ends well', async () => {
    const store = await open()
    const under = store.append({ appends: [onto('a', 0, ...numbers(600))] })()
    const reading = all(store.readAll())
    store.close()
    store.close()
    expect((await under)._tag).toBe('Right')
    const closed = { type: 'StoreUnavailable', place: at(), code: 'CLOSED' }
    expect(await fails(store.append({ appends: [onto('a', 0, 1)] }))).toEqual(closed)
    expect(await fails(store.lookUp('m', 'k'))).toEqual(closed)
    await reading.catch((error: unknown) => expect(error).toMatchObject({ fault: closed }))
    await expect(all(store.readAll())).rejects.toMatchObject({ fault: closed })
    await store.ended()
    const again = await open()
    const half = all(again.readAll())
    expect(await all(again.readAll())).toHaveLength(600)
    again.close()
    await expect(half).resolves.toHaveLength(600)
  }, MINUTE)

  it('R3: lets no value of a statement that fails into faults, errors or the log of the server', async () => {
    const store = await open()
    const value = new TextEncoder().encode(CANARY)
    const append = store.append({
      appends: [onto(`stream-${CANARY}`, 0, CANARY)],
      state: [{ space: 'key-envelope', key: CANARY, value }],
      idempotencyKey: CANARY,
    })
    const failing = async (raise: string): Promise<unknown> => {
      await place.query(`CREATE OR REPLACE FUNCTION ${place.schema}.fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN ${raise}; END $$`)
      await place.query('CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON state FOR EACH ROW EXECUTE FUNCTION fail()')
      return append().then((result) => result, (error: unknown) => error)
    }
    const quoting = `convert_from(NEW.value, 'UTF8')`
    const found = [
      await failing(`RAISE 'refused %', ${quoting}`),
      await failing(`RAISE 'refused' USING DETAIL = ${quoting}, ERRCODE = '23514'`),
      await failing(`RAISE 'refused' USING HINT = ${quoting}, ERRCODE = '58030'`),
    ]
    expect(found[0]).toEqual(new Error('the database refused a statement: P0001'))
    expect(found.slice(1)).toMatchObject([{ left: { type: 'LogBroken' } }, { left: { type: 'StoreUnavailable', code: '58030' } }])
    for (const each of found) expect(inspect(each, { depth: 9, showHidden: true })).not.toContain(CANARY)
    // What the server wrote on its own account; the triggers' words are the test's.
    await place.query('DROP TRIGGER fail ON state')
    await place.query('ALTER TABLE state RENAME COLUMN value TO other')
    expect(await append()).toMatchObject({ left: { type: 'LogBroken' } })
    const lines = (await readFile((await sharedPostgres()).log, 'utf8')).split('\n')
    const statements = lines.filter((line) => line.includes('STATEMENT'))
    expect(statements.join()).toContain(place.schema)
    expect(statements.join()).not.toContain(CANARY)
  }, MINUTE)
})
