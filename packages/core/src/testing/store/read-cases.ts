import * as assert from 'node:assert/strict'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'
import { firstValueFrom } from 'rxjs'
import { take, tap } from 'rxjs/operators'

import { decodeEvent } from '../../event/decode-event'
import { defineEvent, upcast } from '../../event/define-event'
import { verifyLog } from '../../store/verify-log'
import { TEST_LOG_ID } from './store-place'
import { all, numbers, onto, type StoreCase, succeeds } from './store-case'

/** Several pages of any engine. */
const MANY = 1000

/** A later shape of the kit's own kind of event. */
const notedTwice = defineEvent({
  type: 'Noted',
  schemaVersion: 2,
  data: t.type({ notes: t.array(t.unknown) }),
  upcasters: { 1: upcast(t.type({ note: t.unknown }), ({ note }) => ({ notes: [note] })) },
})

/** What reading promises. */
export const readCases: ReadonlyArray<StoreCase> = [
  {
    id: 'REA-01',
    promise: 'reads one stream in order, from a revision',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, 1, 2), onto('b', 0, 3), onto('a', 0, 4)] }))
      const revisions = (await all(store.read('a'))).map((event) => `${event.revision}@${event.position}`)
      assert.equal(revisions.join(' '), '1@1 2@2 3@4')
      assert.equal((await all(store.read('a', 2))).length, 2)
      assert.equal((await all(store.read('a', 4))).length, 0)
      assert.equal((await all(store.read('none'))).length, 0)
    },
  },
  {
    id: 'REA-02',
    promise: 'reads the whole log in order over many pages, above a position',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, ...numbers(MANY))] }))
      const positions = (await all(store.readAll())).map((event) => event.position)
      assert.equal(positions.join(), numbers(MANY).join())
      assert.equal((await all(store.readAll(MANY - 1))).length, 1)
      assert.equal((await all(store.read('a', MANY - 300))).length, 301)
    },
  },
  {
    id: 'REA-03',
    promise: 'is cold: sees what is there at subscription, each time anew',
    run: async (place) => {
      const store = await place.open({})
      const events$ = store.readAll()
      await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
      assert.equal((await all(events$)).length, 1)
      await succeeds(store.append({ appends: [onto('a', 1, 2)] }))
      assert.equal((await all(events$)).length, 2)
    },
  },
  {
    id: 'REA-04',
    promise: 'completes at the end that the log had at subscription, though the reader appends',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, 1, 2)] }))
      const append = () => void store.append({ appends: [onto('a', 'any', 'more')] })()
      assert.equal((await all(store.readAll().pipe(tap(append)))).length, 2)
    },
  },
  {
    id: 'REA-05',
    promise: 'stops when unsubscribed, within a page and at its end',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, ...numbers(MANY))] }))
      for (const count of [1, 255, 256, 257, 512]) {
        let seen = 0
        await all(store.readAll().pipe(tap(() => (seen += 1)), take(count)))
        assert.equal(seen, count)
      }
      assert.equal((await firstValueFrom(store.read('a', 7))).revision, 7)
    },
  },
  {
    id: 'REA-06',
    promise: 'chains all records to the log key, and the head is the last of them',
    run: async (place) => {
      const store = await place.open({})
      const empty = await succeeds(verifyLog(store, TEST_LOG_ID))
      assert.equal(empty.events, 0)
      await succeeds(store.append({ appends: [onto('a', 0, 1, 'é'), onto('b', 0, 2)], causation: 'ö' }))
      const events = await succeeds(store.append({ appends: [onto('b', 1, 3)], correlation: '' }))
      const head = { position: 4, hash: events[0]?.hash, time: events[0]?.time }
      const expected = JSON.stringify({ events: 4, head })
      const verified = await succeeds(verifyLog(store, TEST_LOG_ID))
      assert.equal(JSON.stringify(verified), expected)
      assert.equal(JSON.stringify(await succeeds(store.head())), JSON.stringify(verified.head))
    },
  },
  {
    id: 'REA-07',
    promise: 'keeps the tie to the key that the log began with',
    run: async (place) => {
      ;(await place.open({ logId: 'first' })).close()
      const store = await place.open({ logId: 'second' })
      await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
      await succeeds(verifyLog(store, 'first'))
      const fault = await verifyLog(store, 'second')()
      assert.equal(fault._tag === 'Left' && fault.left.type, 'LogBroken')
    },
  },
  {
    id: 'REA-08',
    promise: 'keeps the highest time of all records at the head, though the clock went back',
    run: async (place) => {
      let now = 2_000
      const store = await place.open({ clock: { now: () => now } })
      assert.equal((await succeeds(store.head())).time, 0)
      await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
      now = 1_000
      await succeeds(store.append({ appends: [onto('a', 1, 2)] }))
      assert.equal((await succeeds(store.head())).time, 2_000)
      now = 3_000
      await succeeds(store.append({ appends: [onto('a', 2, 3)] }))
      assert.equal((await succeeds((await place.open({})).head())).time, 3_000)
      await succeeds(verifyLog(store, TEST_LOG_ID))
    },
  },
  {
    id: 'REA-09',
    promise: 'gives back an older shape as it was stored, with its hash, for an upcaster to read',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
      const [stored] = await all(store.readAll())
      assert.ok(stored !== undefined)
      assert.equal(`${stored.schemaVersion} ${JSON.stringify(stored.data)}`, '1 {"note":1}')
      const decoded = decodeEvent([notedTwice])(stored)
      assert.ok(E.isRight(decoded))
      const { schemaVersion, data, hash } = decoded.right
      assert.equal(`${schemaVersion} ${JSON.stringify(data)}`, '2 {"notes":[1]}')
      assert.equal(hash, stored.hash)
      assert.equal(JSON.stringify(await all(store.readAll())), JSON.stringify([stored]))
    },
  },
  {
    id: 'REA-10',
    promise: 'finds an event by its id, its own or the caller’s, and nothing for another text',
    run: async (place) => {
      const store = await place.open({})
      const id = '01890000-0000-7000-8000-000000000001'
      const [first] = await succeeds(store.append({ appends: [onto('a', 0, ...numbers(MANY))] }))
      const given = { stream: 'b', expectedRevision: 0, events: [{ type: 'Happened', schemaVersion: 1, data: 7, id }] }
      await succeeds(store.append({ appends: [given] }))
      const other = await place.open({})
      assert.equal((await succeeds(other.event(first?.id ?? '')))?.position, 1)
      assert.equal((await succeeds(other.event(id)))?.position, MANY + 1)
      assert.equal((await succeeds(other.event(id)))?.data, 7)
      assert.equal(await succeeds(other.event('')), undefined)
      assert.equal(await succeeds(other.event('01890000-0000-7000-8000-000000000002')), undefined)
    },
  },
  {
    id: 'REA-11',
    promise: 'reads many streams at one moment, each in order, with those that have no events',
    run: async (place) => {
      const store = await place.open({})
      await succeeds(store.append({ appends: [onto('b', 0, 3), onto('a', 0, 1, 2), onto('c', 0, 5)] }))
      await succeeds(store.append({ appends: [onto('a', 2, 'é')] }))
      const found = await succeeds(store.readMany(['b', 'none', 'a', 'b', '']))
      assert.equal([...found.keys()].sort().join(), ',a,b,none')
      for (const stream of ['a', 'b', 'none']) {
        assert.equal(JSON.stringify(found.get(stream)), JSON.stringify(await all(store.read(stream))))
      }
      assert.equal((await succeeds(store.readMany([]))).size, 0)
      const names = numbers(MANY).map((number) => `stream ${number}`)
      await succeeds(store.append({ appends: names.map((name, index) => onto(name, 0, index)) }))
      const many = await succeeds(store.readMany(names))
      assert.equal(names.every((name, index) => JSON.stringify(many.get(name)?.map(({ data }) => data)) === `[{"note":${index}}]`), true)
    },
  },
]
