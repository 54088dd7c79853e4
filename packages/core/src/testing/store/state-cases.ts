import * as assert from 'node:assert/strict'

import type { StateRow } from '../../store/log-access'
import { all, numbers, onto, type StoreCase, succeeds } from './store-case'

/** What state promises. */
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
    id: 'STA-03',
    promise: 'lists the values of a space by key, over many pages',
    run: async (place) => {
      const store = await place.open({})
      const state = numbers(700).map((number) => {
        const value = Uint8Array.of(number % 256)
        return { space: 'snapshot', key: `k${String(number).padStart(4, '0')}`, value } as const
      })
      const other = { space: 'key-envelope', key: 'k0001', value: Uint8Array.of(1) } as const
      const emptyKey = { space: 'shred-key', key: '', value: Uint8Array.of(2) } as const
      await succeeds(store.append({ appends: [], state: [...[...state].reverse(), other, emptyKey] }))
      const rows = await all(store.stateRows('snapshot'))
      const texts = (list: ReadonlyArray<StateRow>) => list.map(({ key, value }) => `${key}=${value.join()}`).join()
      assert.equal(texts(rows), texts(state))
      assert.equal((await all(store.stateRows('key-envelope'))).length, 1)
      assert.equal((await all(store.stateRows('shred-key'))).map(({ key }) => key).join(), '')
      assert.equal((await all(store.stateRows('shred-key'))).length, 1)
    },
  },
  {
    id: 'STA-04',
    promise: 'finds itself whole',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.selfCheck())
      const value = Uint8Array.of(1, 2)
      const state = [{ space: 'snapshot', key: 'k', value }] as const
      await succeeds(store.append({ appends: [onto('a', 0, 1)], state, idempotencyKey: 'i' }))
      await succeeds(store.selfCheck())
      await succeeds(store.append({ appends: [onto('a', 1, 1)], state: [{ ...state[0], value: null }] }))
      await succeeds(store.selfCheck())
    },
  },
  {
    id: 'STA-05',
    promise: 'finds the values of many keys of a space at one moment, in memory of their own',
    run: async (place) => {
      const store = await place.open({})
      const keys = numbers(700).map((number) => `k${number}`)
      const state = keys.map((key, index) => ({ space: 'key-envelope', key, value: Uint8Array.of(index % 256, 7) }) as const)
      const other = { space: 'snapshot', key: 'only there', value: Uint8Array.of(1) } as const
      const empty = { space: 'key-envelope', key: '', value: new Uint8Array(0) } as const
      await succeeds(store.append({ appends: [], state: [...state, other, empty] }))
      const asked = ['', 'k9', 'only there', 'none', 'k9']
      const few = await succeeds(store.states('key-envelope', asked))
      assert.equal([...few].map(([key, value]) => `${key}=${value.join()}`).sort().join(' '), '= k9=8,7')
      const found = await succeeds(store.states('key-envelope', keys))
      assert.equal(keys.every((key, index) => String(found.get(key)) === `${index % 256},7`), true)
      found.forEach((value) => value.fill(0))
      assert.equal(String(await succeeds(store.state('key-envelope', 'k9'))), '8,7')
      assert.equal((await succeeds(store.states('key-envelope', []))).size, 0)
    },
  },
]
