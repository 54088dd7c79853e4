import * as assert from 'node:assert/strict'

import type { Projection } from '../../store/event-store'
import { all, fails, numbers, onto, type StoreCase, succeeds } from './store-case'

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

/** One row per event, by stream and the event's note. */
const byNote: Projection = {
  model: 'by-note',
  project: ({ stream, data, position }) => {
    const { note } = data as { readonly note: string }
    return [{ model: 'by-note', key: stream, id: note, value: position }]
  },
}

/** The fault of an append whose read model has other rows. */
const conflict = (key: string): string => JSON.stringify({ type: 'ModelConflict', model: 'notes', key })

/** What read models promise. */
export const modelCases: ReadonlyArray<StoreCase> = [
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
  {
    id: 'MOD-04',
    promise: 'scans the rows under a key in order of id, over many pages, cold',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      const rows$ = store.scan('notes', 'a')
      await succeeds(store.append({ appends: [onto('b', 0, 1), onto('a', 0, ...numbers(700)), onto('c', 0, 2)] }))
      const rows = await all(rows$)
      assert.equal(rows.length, 701)
      assert.equal(JSON.stringify(rows), JSON.stringify(await succeeds(store.lookUp('notes', 'a'))))
      await succeeds(store.append({ appends: [onto('a', 700, null)] }))
      assert.equal((await all(rows$)).length, 700)
      assert.equal((await all(store.scan('notes', 'none'))).length, 0)
    },
  },
  {
    id: 'MOD-05',
    promise: 'scans a model that another program did not know',
    run: async (place) => {
      const without = await place.open({})
      await succeeds(without.append({ appends: [onto('a', 0, ...numbers(600))] }))
      const store = await place.open({ projections: [notes] })
      assert.equal((await all(store.scan('notes', 'a'))).length, 601)
    },
  },
  {
    id: 'MOD-06',
    promise: 'orders ids and keys by their UTF-8 bytes, not by language or UTF-16',
    run: async (place) => {
      const store = await place.open({ projections: [byNote] })
      const names = ['b', 'a', 'B', '\uff5e', '\u{1f600}', '\u00e4', 'a b', 'ab']
      const sorted = ['B', 'a', 'a b', 'ab', 'b', '\u00e4', '\uff5e', '\u{1f600}']
      for (const name of names) await succeeds(store.append({ appends: [onto(name, 0, ...names)] }))
      assert.equal((await succeeds(store.lookUp('by-note', 'a'))).map(({ id }) => id).join(), sorted.join())
      assert.equal((await all(store.scan('by-note', 'a'))).map(({ id }) => id).join(), sorted.join())
      const rows = (await all(store.modelRows('by-note'))).map(({ key, id }) => `${key}/${id}`)
      assert.equal(rows.join(), sorted.flatMap((key) => sorted.map((id) => `${key}/${id}`)).join())
    },
  },
  {
    id: 'MOD-07',
    promise: 'lists all rows of a model by key and id, over many pages',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      await succeeds(store.append({ appends: [onto('a', 0, ...numbers(300)), onto('b', 0, ...numbers(300))] }))
      const rows = await all(store.modelRows('notes'))
      assert.equal(rows.length, 602)
      const ofB = rows.filter(({ key }) => key === 'b').map(({ id, value }) => ({ id, value }))
      assert.equal(JSON.stringify(ofB), JSON.stringify(await succeeds(store.lookUp('notes', 'b'))))
      assert.equal((await all(store.modelRows('none'))).length, 0)
    },
  },
  {
    id: 'MOD-08',
    promise: 'appends when the rows under a key are the expected ones, and refuses all of it when they are not',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      const expects = (ids: ReadonlyArray<string>) => [{ model: 'notes', key: 'a', ids }]
      const state = [{ space: 'snapshot', key: 'k', value: Uint8Array.of(1) }] as const
      await succeeds(store.append({ appends: [onto('a', 0, 1)], expects: expects([]) }))
      for (const ids of [[], ['newest'], ['note-1', 'newest'], ['newest', 'note-2'], ['newest', 'note-1', 'note-2']]) {
        const refused = { appends: [onto('b', 0, 2)], expects: expects(ids), state, idempotencyKey: 'i' }
        assert.equal(JSON.stringify(await fails(store.append(refused))), conflict('a'))
      }
      assert.equal((await all(store.readAll())).length, 1)
      assert.equal(await succeeds(store.state('snapshot', 'k')), undefined)
      const whole = { appends: [onto('b', 0, 2)], expects: expects(['newest', 'note-1']), state, idempotencyKey: 'i' }
      await succeeds(store.append(whole))
      assert.equal((await succeeds(store.state('snapshot', 'k')))?.length, 1)
    },
  },
  {
    id: 'MOD-09',
    promise: 'judges an expectation by the whole log, also by what a program appended that does not know the model',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      const without = await place.open({})
      await succeeds(without.append({ appends: [onto('a', 0, 1)] }))
      const nothing = [{ model: 'notes', key: 'a', ids: [] }]
      assert.equal(JSON.stringify(await fails(store.append({ appends: [], expects: nothing }))), conflict('a'))
      const both = [{ model: 'notes', key: 'a', ids: ['newest', 'note-1'] }]
      await succeeds(store.append({ appends: [onto('a', 1, 2)], expects: both }))
    },
  },
  {
    id: 'MOD-10',
    promise: 'lets one of several win that expect the same rows and add one',
    run: async (place) => {
      const stores = await Promise.all(numbers(4).map(() => place.open({ projections: [notes] })))
      const expects = [{ model: 'notes', key: 'a', ids: [] }]
      const results = await Promise.all(
        stores.map((store, index) => store.append({ appends: [onto('a', 'any', index)], expects })())
      )
      assert.equal(results.filter(({ _tag }) => _tag === 'Right').length, 1)
    },
  },
  {
    id: 'MOD-11',
    promise: 'applies the changes of one append in their order, also where a row comes and goes',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      await succeeds(store.append({ appends: [onto('a', 0, 1, null, ...numbers(70)), onto('b', 0, 3, null)] }))
      const newest = (await succeeds(store.lookUp('notes', 'a'))).find(({ id }) => id === 'newest')
      assert.equal(newest?.value, 72)
      assert.equal((await succeeds(store.lookUp('notes', 'a'))).length, 71)
      assert.equal((await succeeds(store.lookUp('notes', 'b'))).map(({ id }) => id).join(), 'note-3')
    },
  },
  {
    id: 'MOD-12',
    promise: 'looks many keys up at once: each with its rows in order of id, or with none',
    run: async (place) => {
      const store = await place.open({ projections: [notes, byNote] })
      await succeeds(store.append({ appends: [onto('a', 0, 2, 1), onto('b', 0, 3), onto('d', 0, 4)] }))
      const found = await succeeds(store.lookUpAll('notes', ['b', 'c', 'a', 'b']))
      assert.equal([...found.keys()].sort().join(), 'a,b,c')
      for (const key of ['a', 'b', 'c']) {
        assert.equal(JSON.stringify(found.get(key)), JSON.stringify(await succeeds(store.lookUp('notes', key))))
      }
      assert.equal((await succeeds(store.lookUpAll('notes', []))).size, 0)
    },
  },
  {
    id: 'MOD-13',
    promise: 'looks many keys up in a model that another program did not know',
    run: async (place) => {
      const without = await place.open({})
      await succeeds(without.append({ appends: [onto('a', 0, 1)] }))
      const store = await place.open({ projections: [notes] })
      assert.equal((await succeeds(store.lookUpAll('notes', ['a']))).get('a')?.length, 2)
      await succeeds(without.append({ appends: [onto('a', 1, 2), onto('b', 0, 1)] }))
      const found = await succeeds(store.lookUpAll('notes', ['a', 'b']))
      assert.equal([...found.values()].map(({ length }) => length).join(), '3,2')
    },
  },
  {
    id: 'MOD-14',
    promise: 'looks up and expects as many keys as a batch of licenses has',
    run: async (place) => {
      const store = await place.open({ projections: [notes] })
      const keys = numbers(512).map((number) => `key ${number}`)
      await succeeds(store.append({ appends: keys.map((key) => onto(key, 0, 1)) }))
      const found = await succeeds(store.lookUpAll('notes', keys))
      assert.equal([...found.values()].every(({ length }) => length === 2), true)
      const expects = keys.map((key) => ({ model: 'notes', key, ids: found.get(key)?.map(({ id }) => id) ?? [] }))
      await succeeds(store.append({ appends: [onto('key 512', 1, 2)], expects }))
      assert.equal(JSON.stringify(await fails(store.append({ appends: [], expects }))), conflict('key 512'))
    },
  },
]
