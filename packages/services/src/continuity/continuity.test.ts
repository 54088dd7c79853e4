import { systemRandom } from '@custody/core/random'
import type { EventStore } from '@custody/core/store'
import fc from 'fast-check'

import { authorityPlace, fail, succeed } from '../authority/testing/temporary-authority'
import { checkContinuity, continues, evolve, initial, nextContinuity, repeatedContinuity, type ContinuityState } from './continuity'

const place = authorityPlace()
let store: EventStore
beforeAll(async () => {
  store = (await place.open()).store
})
afterAll(() => place.remove())

const MID = 'mid-1'
const check = (token: string | undefined, idem: string) => succeed(checkContinuity(store)(MID, token, idem))
const give = async (token: string | undefined, idem: string): Promise<string> => {
  const found = await check(token, idem)
  if (found.type !== 'Continues') throw new Error(found.type)
  const next = nextContinuity(systemRandom, MID, idem, found.revision)
  await succeed(store.append({ appends: [next.append] }))
  return next.token
}

describe('continuity: a copy of a computer is noticed at its next contact', () => {
  it('lets a computer that was never met come without a token, and with an invented one not', async () => {
    expect(await check(undefined, 'a')).toEqual({ type: 'Continues', revision: 0, given: undefined })
    expect(await check('invented', 'a')).toEqual({ type: 'DeviceCloned' })
  })

  it('follows one history, repairs a lost reply and refuses the copy', async () => {
    const first = await give(undefined, 'a')
    expect(await check(undefined, 'a')).toMatchObject({ type: 'Continues' })
    expect(await check(undefined, 'b')).toEqual({ type: 'DeviceCloned' })
    const second = await give(first, 'b')
    expect(second).not.toBe(first)
    // The reply with the second token was lost, and the same request comes again.
    expect(await check(first, 'b')).toMatchObject({ type: 'Continues', given: second })
    // A copy that was made before goes on by itself.
    expect(await check(first, 'c')).toEqual({ type: 'DeviceCloned' })
    expect(await check(undefined, 'c')).toEqual({ type: 'DeviceCloned' })
    expect(await check(second, 'c')).toEqual({ type: 'Continues', revision: 2, given: undefined })
    const third = await give(second, 'c')
    expect(await check(first, 'b')).toEqual({ type: 'DeviceCloned' })
    expect(await check(third, 'd')).toMatchObject({ type: 'Continues' })
  })

  it('lets a computer go on that names the requests whose replies it never got, however many, and no copy from before them', async () => {
    const mid = 'mid-3'
    const ask = async (token: string | undefined, idem: string, unanswered: ReadonlyArray<string> = []): Promise<string | undefined> => {
      const found = await succeed(checkContinuity(store)(mid, token, idem, unanswered))
      if (found.type !== 'Continues') return undefined
      const next = nextContinuity(systemRandom, mid, idem, found.revision, token ?? null)
      await succeed(store.append({ appends: [next.append] }))
      return next.token
    }
    const again = (token: string | undefined, answered: string) => succeed(repeatedContinuity(store)(mid, token, answered))
    const lost = (await ask(undefined, 'a')) ?? ''
    expect(await ask(undefined, 'b')).toBeUndefined()
    expect(await ask(undefined, 'b', ['a'])).toBeDefined()
    expect(await ask(undefined, 'c', ['a'])).toBeUndefined()
    const got = await ask(undefined, 'c', ['a', 'b'])
    expect(got).toBeDefined()
    expect(await ask(undefined, 'd', ['a', 'b'])).toBeUndefined()
    // The first request comes again: whoever has gone on keeps his token, a replay gets the old one.
    expect(await again(got, lost)).toBe(got)
    expect(await again(undefined, lost)).toBe(lost)
    expect(await ask(got, 'd')).toBeDefined()
  })

  it('gives one of two requests that race the next token', async () => {
    const found = await succeed(checkContinuity(store)('mid-2', undefined, 'a'))
    if (found.type !== 'Continues') throw new Error(found.type)
    const [one, other] = ['a', 'b'].map((idem) => nextContinuity(systemRandom, 'mid-2', idem, found.revision))
    await succeed(store.append({ appends: [one!.append] }))
    expect(await fail(store.append({ appends: [other!.append] }))).toMatchObject({ type: 'RevisionConflict' })
  })

  it('accepts of all tokens ever given only the newest for a new request', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 20 }), fc.nat(), (tokens, at) => {
        const state = tokens.reduce<ContinuityState>(
          (before, token) => evolve(before, { data: { token, idem: `for ${token}` } } as unknown as Parameters<typeof evolve>[1]),
          initial
        )
        const token = tokens[at % tokens.length]
        expect(continues(state, token, 'new')).toBe(token === tokens.at(-1))
      })
    )
  })
})
