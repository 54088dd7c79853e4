import { setTimeout as delay } from 'node:timers/promises'

import * as TE from 'fp-ts/TaskEither'

import { startTidying } from './tidying'

const PAUSE = 5
const LONG_ENOUGH = 60

describe('tidying', () => {
  it('works at once, then again and again, also after a failure, until it is stopped', async () => {
    let rounds = 0
    const failing = TE.left({ type: 'StoreUnavailable' as const, place: 'events.db', code: 'EIO' })
    const counting = TE.fromIO(() => (rounds += 1))
    const tidying = await startTidying([failing, counting], PAUSE)
    expect(rounds).toBe(1)
    await delay(LONG_ENOUGH)
    await tidying.stop()
    const stopped = rounds
    expect(stopped).toBeGreaterThan(2)
    await delay(LONG_ENOUGH)
    expect(rounds).toBe(stopped)
  })

  it('is stopped once what runs is over', async () => {
    let running = false
    const slow: TE.TaskEither<never, void> = async () => {
      running = true
      await delay(LONG_ENOUGH)
      running = false
      return TE.right(undefined)()
    }
    const tidying = await startTidying([slow], PAUSE)
    await delay(PAUSE * 4)
    expect(running).toBe(true)
    await tidying.stop()
    expect(running).toBe(false)
  })
})
