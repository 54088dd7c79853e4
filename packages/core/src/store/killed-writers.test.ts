import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { kills } from '../../../../test/gate/kills'
import { all, succeeds } from '../testing/store/store-case'
import { TEST_LOG_ID, type TestedStore } from '../testing/store/store-place'
import type { ModelRow } from './log-access'
import { burst, burstName, partOf, partsModel, stateOf } from './testing/burst'
import { type Engine, type EnginePlace, engines } from './testing/engines'
import { eventually } from './testing/eventually'
import { startWriter, type Writer } from './testing/start-writer'
import { verifyLog } from './verify-log'

/** Shared by both engines. */
const KILLS = 20
/** So many in a row hit the same log; the first of them may come before it is made. */
const KILLS_OF_ONE_LOG = 5
/** A kill comes while a writer opens the log, or after some of its appends. */
const MOST_APPENDS = 12
const LONGEST_MILLISECONDS = 30
const MINUTE = 60_000

/** The bursts of a log by name, each with its number of events as found and as stated. */
const burstsOf = async (store: TestedStore): Promise<ReadonlyMap<string, { readonly found: number; readonly of: number }>> => {
  const bursts = new Map<string, { readonly found: number; readonly of: number }>()
  for (const event of await all(store.readAll())) {
    const { burst: name, part, of } = partOf(event)
    const found = bursts.get(name)?.found ?? 0
    expect(part).toBe(found)
    bursts.set(name, { found: found + 1, of })
  }
  return bursts
}

/** What must lie beside the log: what each stored burst put, without what a later one deleted. */
const expectedState = (names: Iterable<string>): ReadonlyArray<string> => {
  const keys = new Set<string>()
  for (const name of names) {
    const [writer = '', number] = name.split('-')
    for (const { key, value } of stateOf(writer, Number(number))) {
      if (value === null) keys.delete(key)
      else keys.add(key)
    }
  }
  return [...keys].sort()
}

const byKeyAndId = (a: ModelRow, b: ModelRow): number => (`${a.key} ${a.id}` < `${b.key} ${b.id}` ? -1 : 1)

/** Everything agrees with everything, and no append is there in part. */
const expectWhole = async (store: TestedStore): Promise<ReadonlyMap<string, unknown>> => {
  await succeeds(verifyLog(store, TEST_LOG_ID))
  await succeeds(store.selfCheck())
  const bursts = await burstsOf(store)
  for (const [name, { found, of }] of bursts) expect(`${name}: ${found}`).toBe(`${name}: ${of}`)
  const rows = (await all(store.readAll())).flatMap((event) => partsModel.project(event))
  const expected = rows.map(({ key, id, value }) => ({ key, id, value })).sort(byKeyAndId)
  expect(await all(store.modelRows(partsModel.model))).toEqual(expected)
  const state = await all(store.stateRows('key-envelope'))
  expect(state.map(({ key }) => key).sort()).toEqual(expectedState(bursts.keys()))
  return bursts
}

/** Starts a writer, kills it at a random moment from its opening of the log on, and answers it. */
const killed = async ({ address }: EnginePlace, name: string): Promise<Writer> => {
  const writer = startWriter(address, name, 'bursts', Number.MAX_SAFE_INTEGER)
  await writer.begun
  const appends = randomInt(MOST_APPENDS)
  await eventually(() => writer.acknowledged().size >= appends || writer.process.exitCode !== null)
  await sleep(randomInt(LONGEST_MILLISECONDS))
  writer.process.kill('SIGKILL')
  expect(await writer.ended).toEqual({ code: null, errors: '' })
  return writer
}

const expectNothingLost = async (place: EnginePlace, name: string, writer: Writer): Promise<void> => {
  const store = await place.open({ projections: [partsModel] })
  // Waits for what a server may still be doing for the killed process.
  await succeeds(store.append({ appends: [] }))
  const bursts = await expectWhole(store)
  const acknowledged = writer.acknowledged()
  const stored = new Set((await all(store.readAll())).map(({ id }) => id))
  expect([...acknowledged.values()].flat().filter((id) => !stored.has(id))).toEqual([])
  // At most the one append that was stored and not yet told of.
  const own = [...bursts.keys()].filter((burstOf) => burstOf.startsWith(`${name}-`))
  expect([0, 1]).toContain(own.length - acknowledged.size)
  const next = acknowledged.size + 1
  const repeated = await succeeds(store.append(burst(name, next)))
  expect(repeated.map(({ id }) => stored.has(id))).toEqual(repeated.map(() => bursts.has(burstName(name, next))))
  expect([...(await expectWhole(store)).keys()]).toEqual([...new Set([...bursts.keys(), burstName(name, next)])])
  store.close()
}

const killOften = async ({ fresh }: Engine, times: number): Promise<void> => {
  let place = await fresh()
  try {
    for (let kill = 0; kill < times; kill += 1) {
      if (kill > 0 && kill % KILLS_OF_ONE_LOG === 0) {
        await place.remove()
        place = await fresh()
      }
      const name = `w${kill}`
      await expectNothingLost(place, name, await killed(place, name))
    }
  } finally {
    await place.remove()
  }
}

for (const engine of engines) {
  const times = Math.ceil(kills(KILLS) / engines.length)
  engine.tests.describe(`writers on ${engine.name} that are killed`, () => {
    engine.tests.it(
      'lose nothing that was acknowledged, leave nothing torn, and what was not acknowledged can be repeated',
      () => killOften(engine, times),
      times * MINUTE
    )
  })
}
