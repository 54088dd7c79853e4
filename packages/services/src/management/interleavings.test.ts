import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { systemClock } from '@custody/core/clock'
import type { EventStore } from '@custody/core/store'

import { runs } from '../../../../test/gate/runs'
import { countBatch, type UndecidedBatch } from './count-batch'
import type { CountableLicense } from './decide-batch'
import type { DecidedLicense } from './management-event'
import { licenseKey, RESTORED_COMPUTERS } from './restored-computers'
import { testAuthority } from './testing/test-authority'
import { memoryServiceStore, succeed, testClock, testEnv } from './testing/test-service'

const LIMIT = 2
const authority = testAuthority(testClock(), LIMIT)

const COMPUTERS = ['A', 'B', 'C', 'D'] as const
type Computer = (typeof COMPUTERS)[number]
const LICENSES: ReadonlyArray<CountableLicense> = ['one', 'two'].map((lid, index) => ({
  type: 'Countable',
  n: index + 1,
  issuer: 'issuer',
  lid,
  docDigest: lid,
  content: undefined,
}))

/** What the network does to one try: the request or the answer is lost, or the request arrives twice. */
type Fate = 'arrives' | 'request lost' | 'answer lost' | 'doubled'

/** One computer restores some licenses from the backup of another one that has them, and tries until it has an answer. */
interface Restore {
  readonly source: Computer
  readonly target: Computer
  readonly licenses: ReadonlyArray<CountableLicense>
  readonly instance: number
  readonly fates: ReadonlyArray<Fate>
}

const computers = fc.constantFrom(...COMPUTERS)
const restoresOf = fc.array(
  fc.record({
    source: fc.constantFrom<Computer>('A', 'A', 'B'),
    target: computers,
    licenses: fc.subarray([...LICENSES], { minLength: 1 }),
    instance: fc.integer({ min: 0, max: 1 }),
    fates: fc.array(fc.constantFrom<Fate>('arrives', 'request lost', 'answer lost', 'doubled'), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 5 }
)

/** A store whose every step waits for its turn. */
const inTurns = (store: EventStore, turn: (step: string) => Promise<void>): EventStore => ({
  ...store,
  lookUpAll: (model, keys) => async () => {
    await turn('read')
    return store.lookUpAll(model, keys)()
  },
  append: (request) => async () => {
    await turn('store')
    return store.append(request)()
  },
})

interface Answer {
  readonly restore: Restore
  readonly idem: string
  readonly results: ReadonlyArray<DecidedLicense>
}

/** A request that comes again, by whatever way, gets the verdict that it got before: those that did not. */
const otherVerdicts = (answers: ReadonlyArray<Answer>): ReadonlyArray<string> => {
  const first = new Map<string, string>()
  return answers.flatMap(({ restore, idem, results }) => {
    const [key, verdict] = [`${restore.target} ${idem}`, JSON.stringify(results)]
    const before = first.get(key) ?? verdict
    first.set(key, before)
    return before === verdict ? [] : [`${key}: ${before}, then ${verdict}`]
  })
}

/** Runs all restores at once, every message and every step of an instance in the order that the scheduler picks. */
const play = async (
  scheduler: fc.Scheduler,
  restores: ReadonlyArray<Restore>,
  storeOf: (store: EventStore) => EventStore = (same) => same
): Promise<{ readonly store: EventStore; readonly answers: ReadonlyArray<Answer>; readonly seen: ReadonlyArray<number> }> => {
  const store = memoryServiceStore(systemClock)
  const turn = async (step: string): Promise<void> => scheduler.schedule(Promise.resolve(), step)
  const instances = [0, 1].map(() => testEnv(authority, systemClock, storeOf(inTurns(store, turn))))
  const answers: Answer[] = []
  const seen: number[] = []
  const handle = async (restore: Restore, idem: string, instance: number): Promise<void> => {
    const env = instances[instance % 2]
    if (env === undefined) throw new RangeError('two instances')
    const { source, target, licenses } = restore
    const facts = { session: 's', set: 'set', segment: 'x', epoch: 1, body: `${idem}` }
    const batch: UndecidedBatch = { ...facts, source, mid: target, idem, licenses }
    const decided = await countBatch(env, batch)()
    if (E.isLeft(decided)) throw new Error(decided.left.type)
    answers.push({ restore, idem, results: decided.right.results })
    for (const license of LICENSES) seen.push((await succeed(store.lookUp(RESTORED_COMPUTERS, licenseKey(license)))).length)
  }
  const client = async (restore: Restore, index: number): Promise<void> => {
    const idem = `request ${index}`
    for (const [attempt, fate] of [...restore.fates, 'arrives' as const].entries()) {
      await turn(`${restore.target} sends ${index}`)
      const instance = restore.instance + attempt
      if (fate === 'request lost') continue
      const handled = [handle(restore, idem, instance)]
      if (fate === 'doubled') handled.push(handle(restore, idem, instance + 1))
      // Whose answer is lost comes again while the first request may still be under way.
      if (fate !== 'answer lost') await Promise.all(handled)
      else late.push(...handled)
      if (fate === 'arrives') return
    }
  }
  const late: Array<Promise<void>> = []
  await scheduler.waitFor(Promise.all(restores.map(client)).then(() => Promise.all(late)))
  return { store, answers, seen }
}

const computersAt = async (store: EventStore, license: CountableLicense): Promise<ReadonlySet<string>> =>
  new Set((await succeed(store.lookUp(RESTORED_COMPUTERS, licenseKey(license)))).map(({ id }) => id))

/** What answers and counts say of each other that cannot be. */
const wronglyCounted = async (store: EventStore, answers: ReadonlyArray<Answer>): Promise<ReadonlyArray<string>> => {
  const wrong: string[] = []
  for (const license of LICENSES) {
    const counted = await computersAt(store, license)
    const allowed = new Set<string>()
    for (const { restore, results } of answers) {
      const { source, target } = restore
      const result = results.find(({ lid }) => lid === license.lid)
      if (result === undefined) continue
      if (result.verdict === 'accepted') {
        for (const computer of [target, ...(result.added ?? [])]) allowed.add(computer)
      }
      // Sets only grow: who had no place has none now either, unless it was counted since.
      const hasPlace = new Set([...counted, source, target]).size <= LIMIT + 1
      if (result.verdict === 'refused' && !counted.has(target) && hasPlace) wrong.push(`${target} was refused with a place left`)
    }
    if ([...counted].sort().join() !== [...allowed].sort().join()) wrong.push(`${[...counted].join()} counted, ${[...allowed].join()} allowed`)
  }
  return wrong
}

describe('three and more computers, two instances, a network that loses, doubles and delays', () => {
  it('BR-30, P-5: never counts more computers than the limit, and never loses a license that may be kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), restoresOf, async (scheduler, restores) => {
        const { store, answers, seen } = await play(scheduler, restores)
        const wrong = [...otherVerdicts(answers), ...(await wronglyCounted(store, answers))]
        expect({ wrong, most: Math.max(0, ...seen) > LIMIT + 1 ? seen : 'within the limit' }).toEqual({ wrong: [], most: 'within the limit' })
      }),
      { numRuns: runs(2000) }
    )
  }, 60_000)

  it('twin: without what is expected of the rows, some interleaving counts too many', async () => {
    const blind = (store: EventStore): EventStore => ({ ...store, append: ({ expects: _, ...request }) => store.append(request) })
    const found = await fc.check(
      fc.asyncProperty(fc.scheduler(), restoresOf, async (scheduler, restores) => {
        const { seen } = await play(scheduler, restores, blind)
        return Math.max(0, ...seen) <= LIMIT + 1
      }),
      { numRuns: 2000 }
    )
    expect(found.failed).toBe(true)
  }, 60_000)
})
