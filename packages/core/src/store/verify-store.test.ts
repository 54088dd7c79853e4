import Database from 'libsql'
import { defer } from 'rxjs'
import { concatMap } from 'rxjs/operators'

import { CoreError } from '../fault/core-error'
import { freshSqlitePlace, type SqlitePlace } from './sqlite/testing/fresh-sqlite-place'
import { fails, onto, succeeds } from '../testing/store/store-case'
import { TEST_LOG_ID, type TestedStore } from '../testing/store/store-place'
import type { Projection } from './event-store'
import { verifyStore } from './verify-store'

/** A row per note, and the newest note of each stream; a note of null deletes that. */
const notes: Projection = {
  model: 'notes',
  project: ({ stream, data, position }) => {
    const { note } = data as { readonly note: unknown }
    const newest = { model: 'notes', key: stream, id: 'newest', value: note }
    return note === null ? [newest] : [newest, { model: 'notes', key: stream, id: `at-${position}`, value: { note } }]
  },
}

/** Not opened with the store, so that nobody reads it. */
const projections = [notes]
const expectations = { logId: TEST_LOG_ID, projections }

describe('verifyStore', () => {
  let place: SqlitePlace
  let store: TestedStore
  beforeEach(async () => {
    place = await freshSqlitePlace()
    store = await place.open({ projections })
    const state = [{ space: 'key-envelope', key: 'k', value: Uint8Array.of(1, 2, 3) }] as const
    const appends = [onto('a', 0, 1, 2), onto('b', 0, 3), onto('c', 0, 4, null)]
    await succeeds(store.append({ appends, state, idempotencyKey: 'i' }))
  })
  afterEach(() => place.remove())

  const edit = (statement: string): void => {
    const database = new Database(place.file)
    database.exec(statement)
    database.close()
  }

  it('passes a whole store', async () => {
    expect(await succeeds(verifyStore(store, expectations))).toMatchObject({ events: 5 })
  })

  it('passes an empty store, and one that is kept by no model', async () => {
    const empty = await freshSqlitePlace()
    expect(await succeeds(verifyStore(await empty.open({ projections }), expectations))).toMatchObject({ events: 0 })
    await empty.remove()
    expect(await succeeds(verifyStore(store, { ...expectations, projections: [] }))).toMatchObject({ events: 5 })
  })

  it('passes a model that lags, after it has seen the log', async () => {
    const without = await place.open({})
    await succeeds(without.append({ appends: [onto('d', 0, 5)] }))
    expect(await succeeds(verifyStore(store, expectations))).toMatchObject({ events: 6 })
  })

  it.each([
    ['has another value', `UPDATE read_model SET value = '{"note":9}' WHERE id = 'at-2'`, ['a', 'at-2', 2]],
    ['is missing', `DELETE FROM read_model WHERE id = 'at-3'`, ['b', 'at-3', 3]],
    ['is there though the log deletes it', `INSERT INTO read_model VALUES ('notes', 'c', 'newest', '4')`, ['c', 'newest', 5]],
    ['is there though no record makes it', `INSERT INTO read_model VALUES ('notes', 'z', 'at-9', '1')`, ['z', 'at-9', 0]],
    ['has another key', `UPDATE read_model SET key = 'A' WHERE id = 'at-1'`, ['A', 'at-1', 0]],
    ['has an older value', `UPDATE read_model SET value = '1' WHERE key = 'a' AND id = 'newest'`, ['a', 'newest', 2]],
    ['is no JSON', `UPDATE read_model SET value = '{' WHERE id = 'at-2'`, ['a', 'at-2', 0]],
  ])('R10: names the row of a read model that %s', async (_, statement, [key, id, position]) => {
    edit(statement)
    expect(await fails(verifyStore(store, expectations))).toEqual({ type: 'ModelBroken', model: 'notes', key, id, position })
  })

  it('R10: names the row whose record comes first, of several', async () => {
    edit(`UPDATE read_model SET value = '7' WHERE id IN ('at-4', 'at-2'); DELETE FROM read_model WHERE id = 'at-1'`)
    expect(await fails(verifyStore(store, expectations))).toMatchObject({ type: 'ModelBroken', id: 'at-1', position: 1 })
  })

  it('passes over rows that no reader of this program looks up', async () => {
    edit(`INSERT INTO read_model VALUES ('of an older program', 'k', 'id', '1')`)
    await succeeds(verifyStore(store, expectations))
  })

  it.each([
    ['state', `UPDATE state SET value = x'010203ff'`, 'key-envelope/k'],
    ['state', `UPDATE state SET space = 'key-envelopd'`, 'key-envelopd/k'],
    ['state', `UPDATE state SET key = 'l'`, 'key-envelope/l'],
    ['state', `UPDATE state SET digest = replace(digest, substr(digest, 1, 1), 'x')`, 'key-envelope/k'],
    ['idempotency', `UPDATE idempotency SET last_position = 4 WHERE stream = 'b'`, 'b/i'],
    ['idempotency', `UPDATE idempotency SET stream = 'x' WHERE stream = 'b'`, 'x/i'],
    ['idempotency', `UPDATE idempotency SET key = 'j' WHERE stream = 'b'`, 'b/j'],
  ])('R10: names the changed row of %s', async (table, statement, key) => {
    edit(statement)
    expect(await fails(verifyStore(store, expectations))).toEqual({ type: 'StateBroken', table, key })
  })

  it('R10: hands out no changed value, and takes no changed row for the first result', async () => {
    edit(`UPDATE state SET value = x'ff'; UPDATE idempotency SET first_position = 2`)
    expect(await fails(store.state('key-envelope', 'k'))).toMatchObject({ type: 'StateBroken', table: 'state' })
    const repeat = store.append({ appends: [onto('b', 'any', 1)], idempotencyKey: 'i' })
    expect(await fails(repeat)).toMatchObject({ type: 'StateBroken', table: 'idempotency' })
  })

  it('R11: names the first bad record', async () => {
    edit(`UPDATE log SET type = 'Denied' WHERE position = 4`)
    expect(await fails(verifyStore(store, expectations))).toMatchObject({ type: 'LogBroken', position: 4 })
  })

  it('names the record that no program can read, though the chain holds', async () => {
    const unreadable: Projection = {
      ...notes,
      project: ({ position, type: eventType }) => {
        throw new CoreError({ type: 'EventUnreadable', position, eventType, why: 'a test' })
      },
    }
    const fault = await fails(verifyStore(store, { ...expectations, projections: [unreadable] }))
    expect(fault).toMatchObject({ type: 'EventUnreadable', position: 1 })
  })

  it('goes on while another appends, and compares when it is done', async () => {
    let appended = 0
    const other = await place.open({ projections })
    // An append between the chain and the rows, as another process would make it.
    const busy: TestedStore = {
      ...store,
      modelRows: (model) =>
        defer(async () => {
          if (appended < 2) await succeeds(other.append({ appends: [onto(`late-${++appended}`, 0, 1)] }))
        }).pipe(concatMap(() => store.modelRows(model))),
    }
    expect(await succeeds(verifyStore(busy, expectations))).toMatchObject({ events: 5 })
    expect(appended).toBe(2)
  })

  it('gives up on rows that never hold still', async () => {
    let appended = 0
    const busy: TestedStore = {
      ...store,
      modelRows: (model) =>
        defer(() => succeeds(store.append({ appends: [onto(`late-${++appended}`, 0, 1)] }))).pipe(
          concatMap(() => store.modelRows(model))
        ),
    }
    expect(await fails(verifyStore(busy, expectations))).toMatchObject({ type: 'StoreLocked' })
    expect(appended).toBeLessThan(10)
  })
})
