import { setTimeout as sleep } from 'node:timers/promises'
import { firstValueFrom } from 'rxjs'
import { take, tap, toArray } from 'rxjs/operators'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { systemClock } from '../../clock/system-clock'
import { systemRandom } from '../../random/system-random'
import { all, fails, numbers, onto, succeeds } from '../../testing/store/store-case'
import { TEST_LOG_ID } from '../../testing/store/store-place'
import type { AppendRequest } from '../event-store'
import { eventually } from '../testing/eventually'
import { verifyLog } from '../verify-log'
import { openPostgresStore } from './open-postgres-store'
import { CONNECTION_LOST } from './postgres-fault'
import type { PostgresStore } from './postgres-store'
import { freshPostgresPlace, type PostgresPlace } from './testing/fresh-postgres-place'
import { type TcpProxy, tcpProxy } from './testing/tcp-proxy'

const { describe, it } = whenInstalled('postgres')
const MINUTE = 60_000

const request: AppendRequest = {
  appends: [onto('a', 0, 1, 2), onto('b', 0, 3)],
  state: [{ space: 'key-envelope', key: 'k', value: Uint8Array.of(1) }],
  idempotencyKey: 'once',
}

describe('a connection to PostgreSQL that is lost', () => {
  let place: PostgresPlace
  let proxy: TcpProxy
  /** Over the proxy. */
  let store: PostgresStore
  /** Around it. */
  let witness: PostgresStore
  beforeEach(async () => {
    place = await freshPostgresPlace()
    proxy = await tcpProxy(place.server)
    const env = { clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections: [] }
    // Notices of the server only: a follower must not live by looking now and then.
    const followEveryMilliseconds = 10 * MINUTE
    store = await succeeds(
      openPostgresStore({ ...env, connection: proxy.address, schema: place.schema, followEveryMilliseconds })
    )
    witness = await place.open({})
  }, MINUTE)
  afterEach(async () => {
    store.close()
    await store.ended()
    await proxy.close()
    await place.remove()
  }, MINUTE)

  /** Ends the server's process that waits for something in a statement on the schema, when there is one. */
  const terminate = (waitingFor: string): Promise<void> =>
    eventually(async () => {
      await place.query('SELECT pg_stat_clear_snapshot()')
      const ended = await place.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE query LIKE '%' || $1 || '%' AND $2 IN (wait_event_type, wait_event)`,
        [place.schema, waitingFor]
      )
      return ended.length > 0
    })

  const expectStoredOnce = async (): Promise<void> => {
    const first = await succeeds(store.append(request))
    expect(await succeeds(store.append(request))).toEqual(first)
    expect(await all(witness.readAll())).toEqual(first)
    expect(String(await succeeds(witness.state('key-envelope', 'k')))).toBe('1')
    expect(await succeeds(verifyLog(witness, TEST_LOG_ID))).toMatchObject({ events: 3 })
  }

  it('while it waits for the log: the append says so, and its repeat stores it once', async () => {
    await place.query('BEGIN')
    await place.query('SELECT * FROM head FOR UPDATE')
    const append = fails(store.append(request))
    await terminate('Lock')
    expect(await append).toMatchObject({ type: 'StoreUnavailable', code: '57P01' })
    await place.query('ROLLBACK')
    expect(await all(witness.readAll())).toEqual([])
    await expectStoredOnce()
  }, MINUTE)

  it('while it writes: nothing of the append is left, and its repeat stores it once', async () => {
    await place.query(`CREATE FUNCTION ${place.schema}.slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$`)
    await place.query('CREATE TRIGGER slow AFTER INSERT ON log EXECUTE FUNCTION slow()')
    const append = fails(store.append(request))
    await terminate('PgSleep')
    expect(await append).toMatchObject({ type: 'StoreUnavailable', code: '57P01' })
    await place.query('DROP TRIGGER slow ON log')
    expect(await all(witness.readAll())).toEqual([])
    await expectStoredOnce()
  }, MINUTE)

  it('before the commit arrives: nothing is stored, and the repeat stores it once', async () => {
    proxy.cutAt('COMMIT\0', 'before')
    expect(await fails(store.append(request))).toMatchObject({ type: 'StoreUnavailable', code: CONNECTION_LOST })
    proxy.mend()
    await succeeds(witness.append({ appends: [] }))
    expect(await all(witness.readAll())).toEqual([])
    await expectStoredOnce()
  }, MINUTE)

  it('after the commit arrived: all is stored though it looked lost, and the repeat answers with it', async () => {
    proxy.cutAt('COMMIT\0', 'after')
    expect(await fails(store.append(request))).toMatchObject({ type: 'StoreUnavailable', code: CONNECTION_LOST })
    proxy.mend()
    await succeeds(witness.append({ appends: [] }))
    const stored = await all(witness.readAll())
    expect(stored).toHaveLength(3)
    await expectStoredOnce()
    expect(await all(witness.readAll())).toEqual(stored)
  }, MINUTE)

  it('between two uses: the next use makes a new one', async () => {
    await succeeds(store.append(request))
    proxy.cut()
    await sleep(20)
    expect(await fails(store.head())).toMatchObject({ type: 'StoreUnavailable', code: expect.stringMatching(/^CONNECTION_/) })
    proxy.mend()
    expect(await succeeds(store.head())).toMatchObject({ position: 3 })
  }, MINUTE)

  it('under a follower: it goes on where it was, without gap or repeat', async () => {
    const followed: number[] = []
    const done = firstValueFrom(store.follow().pipe(tap(({ position }) => followed.push(position)), take(900), toArray()))
    const append = async (count: number): Promise<void> => {
      for (const note of numbers(count)) await succeeds(witness.append({ appends: [onto('a', 'any', note, note, note)] }))
    }
    await append(100)
    proxy.cut()
    await append(100)
    proxy.mend()
    await eventually(() => followed.length === 600)
    // From here on it lives by the notices of the server again.
    await append(100)
    await done
    expect(followed).toEqual(numbers(900))
  }, MINUTE)

  it('before others are told of an append: they find it by themselves', async () => {
    const followed: number[] = []
    const done = firstValueFrom(witness.follow().pipe(tap(({ position }) => followed.push(position)), take(4), toArray()))
    await succeeds(store.append(request))
    await eventually(() => followed.length === 3)
    // Its listening has begun by then, and so has what the beginning wakes up.
    await sleep(1500)
    proxy.cutAt('custody_notify', 'before')
    await succeeds(store.append({ appends: [onto('c', 0, 4)] }))
    await done
    expect(followed).toEqual([1, 2, 3, 4])
  }, MINUTE)

  it('under a reader: the error channel says so', async () => {
    await succeeds(witness.append({ appends: [onto('a', 0, ...numbers(2000))] }))
    const reading = all(store.readAll().pipe(tap(({ position }) => (position === 1 ? proxy.cut() : undefined))))
    await expect(reading).rejects.toMatchObject({ fault: { type: 'StoreUnavailable' } })
  }, MINUTE)
})
