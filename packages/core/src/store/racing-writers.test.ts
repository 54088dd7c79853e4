import { firstValueFrom } from 'rxjs'
import { take, toArray } from 'rxjs/operators'

import { all, numbers, succeeds } from '../testing/store/store-case'
import { TEST_LOG_ID } from '../testing/store/store-place'
import { engines } from './testing/engines'
import { startWriter } from './testing/start-writer'
import { verifyLog } from './verify-log'

const WRITERS = 8
const EACH = 20
const EVENTS = 2 * WRITERS * EACH
const MINUTES = 180_000

for (const { name, tests, fresh } of engines) {
  tests.describe(`eight processes on one log of ${name}`, () => {
    tests.it('R11: append from the first opening on, and a follower misses and repeats nothing', async () => {
      const place = await fresh()
      try {
        const writers = numbers(WRITERS).map((number) => startWriter(place.address, `w${number}`, 'pairs', EACH))
        const store = await place.open({})
        const above = firstValueFrom(store.follow(99).pipe(take(EVENTS - 99), toArray()))
        const following = firstValueFrom(store.follow().pipe(take(EVENTS), toArray()))
        expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(writers.map(() => ({ code: 0, errors: '' })))
        const followed = await following
        expect(followed.map(({ position }) => position)).toEqual(numbers(EVENTS))
        expect(followed).toEqual(await all(store.readAll()))
        expect(await above).toEqual(followed.slice(99))
        const acknowledged = writers.flatMap((writer) => [...writer.acknowledged().values()].flat())
        expect([...acknowledged].sort()).toEqual(followed.map(({ id }) => id).sort())
        expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toMatchObject({ events: EVENTS })
      } finally {
        await place.remove()
      }
    }, MINUTES)
  })
}
