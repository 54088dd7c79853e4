import * as assert from 'node:assert/strict'

import type { Projection } from '../event-store'
import { all, fails, onto, type StoreCase, succeeds } from './store-case'

/** Rows by stream: one per event, and the number of the stream's newest; a note of null deletes. */
const notes: Projection = {
  model: 'notes',
  project: ({ stream, data, position }) => {
    const { note } = data as { readonly note: unknown }
    if (note === null) return [{ model: 'notes', key: stream, id: 'newest', value: null }]
    return [
      { model: 'notes', key: stream, id: `note-${JSON.stringify(note)}`, value: { note } },
      { model: 'notes', key: stream, id: 'newest', value: position },
    ]
  },
}

/** What state and read models promise. */
export const stateCases: ReadonlyArray<StoreCase> = [
  {
    id: 'STA-01',
    promise: 'puts, replaces and deletes state in the append that names it, by space and key',
    run: async (place) => {
      const store = await place.open({})
      const put = (value: Uint8Array | null) =>
        succeeds(store.append({ appends: [], state: [{ space: 'shred-key', key: 'k', value }] }))
      await put(Uint8Array.of(1, 2, 3))
      assert.equal(String(await succeeds(store.state('shred-key', 'k'))), '1,2,3')
      assert.equal(await succeeds(store.state('key-envelope', 'k')), undefined)
      await put(new Uint8Array(0))
      assert.equal((await succeeds(store.state('shred-key', 'k')))?.length, 0)
      await put(null)
      assert.equal(await succeeds(store.state('shred-key', 'k')), undefined)
    },
  },
  {
    id: 'STA-02',
    promise: 'keeps all byte values, also of a view into a larger array, and hands out memory of its own',
    run: async (place) => {
      const store = await place.open({})
      const whole = Uint8Array.from({ length: 300 }, (_, index) => index)
      const value = whole.subarray(20, 290)
      await succeeds(store.append({ appends: [], state: [{ space: 'key-envelope', key: 'k', value }] }))
      const found = await succeeds(store.state('key-envelope', 'k'))
      assert.equal(String(found), String(value))
      assert.ok(found !== undefined)
      assert.equal(found.buffer.byteLength, value.length)
      found.fill(0)
      assert.equal(String(await succeeds(store.state('key-envelope', 'k'))), String(value))
    },
  },
  {
    id: 'MOD-01',
    promise: 'moves read models with the append: rows in order of id, replaced and deleted by id',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      await succeeds(store.append({ appends: [onto('a', 0, 2, 1), onto('b', 0, 3)] }))
      const rows = await succeeds(store.lookUp('notes', 'a'))
      assert.equal(
        JSON.stringify(rows),
        '[{"id":"newest","value":2},{"id":"note-1","value":{"note":1}},{"id":"note-2","value":{"note":2}}]'
      )
      await succeeds(store.append({ appends: [onto('a', 2, null)] }))
      assert.equal((await succeeds(store.lookUp('notes', 'a'))).length, 2)
      assert.equal((await succeeds(store.lookUp('notes', 'c'))).length, 0)
    },
  },
  {
    id: 'MOD-02',
    promise: 'leaves read models as they were when the append is refused',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      await fails(store.append({ appends: [onto('a', 0, 1), onto('b', 7, 2)] }))
      assert.equal((await succeeds(store.lookUp('notes', 'a'))).length, 0)
    },
  },
  {
    id: 'MOD-03',
    promise: 'brings a model up that another program did not know, at the next look and at the next append',
    run: async (place) => {
      const without = await place.open({})
      const many = Array.from({ length: 600 }, (_, index) => index)
      await succeeds(without.append({ appends: [onto('a', 0, ...many)] }))
      const store = await place.open({ projections: [notes] })
      assert.equal((await succeeds(store.lookUp('notes', 'a'))).length, 601)
      await succeeds(without.append({ appends: [onto('b', 0, 1)] }))
      await succeeds(store.append({ appends: [onto('b', 1, 2)] }))
      assert.equal((await succeeds(store.lookUp('notes', 'b'))).length, 3)
      assert.equal((await all(store.readAll())).length, 602)
    },
  },
]
