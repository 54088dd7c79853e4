import * as assert from 'node:assert/strict'

import { verifyLog } from '../../store/verify-log'
import { TEST_LOG_ID } from './store-place'
import { all, fails, noted, numbers, onto, type StoreCase, succeeds } from './store-case'

/** What an append promises. */
export const appendCases: ReadonlyArray<StoreCase> = [
  {
    id: 'APP-01',
    promise: 'gives events their place: stream, revision and position from 1, time, type, version, data',
    run: async (place) => {
      const store = await place.open({ clock: { now: () => 1_700_000_000_123_456 } })
      const [first, second] = await succeeds(store.append({ appends: [onto('a', 0, 'x', { deep: [1, null] })] }))
      assert.ok(first !== undefined && second !== undefined)
      assert.equal(`${first.stream} ${first.revision} ${first.position}`, 'a 1 1')
      assert.equal(`${second.stream} ${second.revision} ${second.position}`, 'a 2 2')
      assert.equal(first.time, 1_700_000_000_123_456)
      assert.equal(`${first.type} ${first.schemaVersion}`, 'Noted 1')
      assert.equal(JSON.stringify(second.data), '{"note":{"deep":[1,null]}}')
      assert.match(first.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.ok(first.id < second.id)
    },
  },
  {
    id: 'APP-02',
    promise: 'answers with exactly what a reader gets, after opening again too',
    run: async (place) => {
      const store = await place.open({})
      const appended = await succeeds(store.append({ appends: [onto('a', 0, 'é\u0000\ud83d\ude00', 1.5, '')] }))
      assert.equal(JSON.stringify(await all(store.read('a'))), JSON.stringify(appended))
      store.close()
      const again = await place.open({})
      assert.equal(JSON.stringify(await all(again.readAll())), JSON.stringify(appended))
    },
  },
  {
    id: 'APP-03',
    promise: 'refuses a stream that is not at its expected revision, and names both numbers',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, 1, 2)] }))
      for (const expected of [0, 1, 3]) {
        const fault = await fails(store.append({ appends: [onto('a', expected, 3)] }))
        assert.equal(JSON.stringify(fault), `{"type":"RevisionConflict","stream":"a","expected":${expected},"actual":2}`)
      }
      await succeeds(store.append({ appends: [onto('a', 2, 3)] }))
      await succeeds(store.append({ appends: [onto('a', 'any', 4)] }))
      assert.equal((await all(store.readAll())).length, 4)
    },
  },
  {
    id: 'APP-04',
    promise: 'is atomic over streams and state: a conflict on the last stream leaves nothing of the others',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('b', 0, 1)] }))
      const value = Uint8Array.of(1)
      const state = [{ space: 'key-envelope', key: 'k', value }] as const
      await fails(store.append({ appends: [onto('a', 0, 1), onto('b', 0, 2)], state, idempotencyKey: 'i' }))
      assert.equal((await all(store.readAll())).length, 1)
      assert.equal(await succeeds(store.state('key-envelope', 'k')), undefined)
      await succeeds(store.append({ appends: [onto('a', 0, 1), onto('b', 1, 2)], state, idempotencyKey: 'i' }))
      const places = (await all(store.readAll())).map((event) => `${event.position}${event.stream}${event.revision}`)
      assert.equal(places.join(' '), '1b1 2a1 3b2')
    },
  },
  {
    id: 'APP-05',
    promise: 'checks the revision of a stream that gets no events',
    run: async (place) => {
      const store = await place.open({})
      const fault = await fails(store.append({ appends: [onto('guard', 1), onto('a', 0, 1)] }))
      assert.equal(fault.type, 'RevisionConflict')
      await succeeds(store.append({ appends: [onto('guard', 0), onto('a', 0, 1)] }))
    },
  },
  {
    id: 'APP-06',
    promise: 'answers a repeat of an idempotency key with the first result and stores nothing',
    run: async (place) => {
      const store = await place.open({})
      const request = { appends: [onto('a', 0, 1), onto('b', 0, 2)], idempotencyKey: 'same' }
      const first = await succeeds(store.append(request))
      await succeeds(store.append({ appends: [onto('a', 1, 3)] }))
      const state = [{ space: 'shred-key', key: 'k', value: Uint8Array.of(9) }] as const
      const repeat = await succeeds(store.append({ ...request, state }))
      assert.equal(JSON.stringify(repeat), JSON.stringify(first))
      assert.equal((await all(store.readAll())).length, 3)
      assert.equal(await succeeds(store.state('shred-key', 'k')), undefined)
    },
  },
  {
    id: 'APP-07',
    promise: 'keeps idempotency keys by stream: the same key on another stream is another append',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, 1)], idempotencyKey: 'k' }))
      await succeeds(store.append({ appends: [onto('b', 0, 1)], idempotencyKey: 'k' }))
      assert.equal((await all(store.readAll())).length, 2)
    },
  },
  {
    id: 'APP-08',
    promise: 'keeps cause and correlation',
    run: async (place) => {
      const store = await place.open({})
      const [event] = await succeeds(store.append({ appends: [onto('a', 0, 1)], causation: 'c', correlation: 'd' }))
      assert.equal(`${event?.causation} ${event?.correlation}`, 'c d')
      const [bare] = await succeeds(store.append({ appends: [onto('b', 0, 1)] }))
      assert.equal(JSON.stringify([bare?.causation, bare?.correlation]), '[null,null]')
    },
  },
  {
    id: 'APP-09',
    promise: 'does nothing before the task runs',
    run: async (place) => {
      const store = await place.open({})
      const task = store.append({ appends: [onto('a', 0, 1)] })
      assert.equal((await all(store.readAll())).length, 0)
      await succeeds(task)
      assert.equal((await all(store.readAll())).length, 1)
    },
  },
  {
    id: 'APP-10',
    promise: 'throws for data that is no JSON value, which is a bug of the caller, and stores nothing',
    run: async (place) => {
      const store = await place.open({})
      const event = { ...noted(0), data: undefined }
      const append = store.append({ appends: [{ stream: 'a', expectedRevision: 0, events: [noted(1), event] }] })
      await assert.rejects(() => append())
      assert.equal((await all(store.readAll())).length, 0)
      await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    },
  },
  {
    id: 'APP-11',
    promise: 'throws for a name with a zero character, which engines cut off, and stores nothing',
    run: async (place) => {
      const store = await place.open({})
      const appends = [onto('a', 0, 1)]
      await assert.rejects(() => store.append({ appends: [...appends, onto('b\0c', 0, 1)] })())
      await assert.rejects(() => store.append({ appends, correlation: 'c\0' })())
      assert.equal((await all(store.readAll())).length, 0)
    },
  },
  {
    id: 'APP-12',
    promise: 'takes the id that the caller gave, and makes one where there is none',
    run: async (place) => {
      const store = await place.open({})
      const id = '01890a5d-ac96-774b-bcce-b302099a8057'
      const events = [{ ...noted(1), id }, noted(2)]
      const [first, second] = await succeeds(store.append({ appends: [{ stream: 'a', expectedRevision: 0, events }] }))
      assert.equal(first?.id, id)
      assert.notEqual(second?.id, id)
      assert.equal((await all(store.readAll()))[0]?.id, id)
      await succeeds(verifyLog(store, TEST_LOG_ID))
    },
  },
  {
    id: 'APP-13',
    promise: 'throws for an id that is no UUIDv7, and stores nothing',
    run: async (place) => {
      const store = await place.open({})
      for (const id of ['', 'x', '01890a5d-ac96-474b-bcce-b302099a8057', '01890A5D-AC96-774B-BCCE-B302099A8057']) {
        const events = [noted(1), { ...noted(2), id }]
        await assert.rejects(() => store.append({ appends: [{ stream: 'a', expectedRevision: 0, events }] })())
      }
      assert.equal((await all(store.readAll())).length, 0)
    },
  },
  {
    id: 'APP-14',
    promise: 'keeps order, chain and one time in a large append over many streams, those without events among them',
    run: async (place) => {
      const store = await place.open({})
      const large = [onto('a', 0, ...numbers(260)), onto('guard', 0), onto('b', 0, ...numbers(490)), onto('a', 0, 261)]
      const small = numbers(300).map((number) => onto(`s${number % 7}`, 'any', number))
      const events = await succeeds(store.append({ appends: [...large, ...small], correlation: 'c' }))
      const expected = [...numbers(260), ...numbers(490), 261, ...numbers(300)]
      assert.equal(JSON.stringify(events.map(({ data }) => data)), JSON.stringify(expected.map((note) => ({ note }))))
      assert.equal(new Set(events.map(({ time, correlation }) => `${time} ${correlation}`)).size, 1)
      assert.equal(JSON.stringify(await all(store.readAll())), JSON.stringify(events))
      assert.equal((await all(store.read('a'))).map(({ revision }) => revision).join(), numbers(261).join())
      await succeeds(verifyLog(store, TEST_LOG_ID))
    },
  },
]
