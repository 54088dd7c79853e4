import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { kills } from '../../../../test/gate/kills'
import { systemClock } from '../clock/system-clock'
import type { StoredEvent } from '../event/stored-event'
import type { Home } from '../home/home'
import { succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import { usageKey } from '../license/usage'
import { wipeSecret } from '../secret/secret'
import { type Engine, engines } from '../store/testing/engines'
import { verifyLog } from '../store/verify-log'
import { all } from '../testing/store/store-case'
import { heldContentKey } from './content-key'
import { heldLicenses } from './held-licenses'
import { readHolding } from './read-holding'
import { returnAbandonedUses } from './return-abandoned-uses'
import { listLicenses } from './stored-licenses'
import { homeOnEngine, type HomeAddress } from './testing/home-on-engine'
import { startPlayer, type Player } from './testing/start-player'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

/** Shared by both engines. */
const KILLS = 20
const KILLS_OF_ONE_HOME = 5
/** A kill comes while a player opens the home, or within one of its first uses. */
const MOST_USES = 8
const LONGEST_MILLISECONDS = 40
const MINUTE = 60_000
/** Above the lease of a reserved use, below what counts as a clock set back for the next player. */
const LATER_MICROSECONDS = 60 * 1_000_000
const MANY = 1_000_000

const laterClock = { now: () => systemClock.now() + LATER_MICROSECONDS }
const times = (count: number) => ({ rights: [{ action: 'Play', windows: [{ count }] }] })

/** A home with a counted license and a counted chain of two, on an engine. */
interface Stage {
  readonly address: HomeAddress
  readonly issuer: TestIssuer
  readonly single: TestLicense
  readonly root: TestLicense
  readonly leaf: TestLicense
  readonly remove: () => Promise<void>
}

const newStage = async ({ fresh }: Engine, count: number): Promise<Stage> => {
  const place = await fresh()
  const folder = mkdtempSync(join(tmpdir(), 'custody-players-'))
  const address = { folder, log: place.address }
  const home = await succeed(homeOnEngine(address))
  const issuer = testIssuer()
  await succeed(trustIssuer(home)(issuer.jwk))
  const single = issuer.license({ members: times(count) })
  const root = issuer.license({ members: { chain: { role: 'root' }, ...times(count) } })
  const leaf = issuer.license({ root, members: times(count) })
  for (const license of [single, root, leaf]) await succeed(storeTestLicense(home)(license))
  home.close()
  const remove = async (): Promise<void> => {
    await place.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  return { address, issuer, single, root, leaf, remove }
}

const usedOf = async ({ store }: Home, { issuer }: Stage, { lid }: TestLicense): Promise<number> => {
  const { state } = await succeed(readHolding(store, { issuer: issuer.id, lid }))
  return state.state.usage.get(usageKey('Play', 0)) ?? 0
}

/** Types of events of each use, on its own stream. */
const usesIn = (events: ReadonlyArray<StoredEvent>): ReadonlyMap<string, ReadonlyArray<StoredEvent>> => {
  const uses = new Map<string, StoredEvent[]>()
  for (const event of events) {
    if (!event.stream.startsWith('use-')) continue
    const id = event.stream.slice('use-'.length)
    uses.set(id, [...(uses.get(id) ?? []), event])
  }
  return uses
}

const has = (events: ReadonlyArray<StoredEvent> | undefined, type: string): boolean =>
  events?.some((event) => event.type === type) === true

/** Each use is either spent or given back, wholly, and the licenses count exactly those that are spent. */
const expectExact = async (home: Home, stage: Stage): Promise<ReadonlyMap<string, ReadonlyArray<StoredEvent>>> => {
  const events = await all(home.store.readAll())
  const uses = usesIn(events)
  const spent = { [stage.single.keyId]: 0, [stage.leaf.keyId]: 0 }
  for (const [useId, own] of uses) {
    const [released, returned] = [has(own, 'KeyReleased'), has(own, 'UseReturned')]
    expect({ useId, released, returned }).toEqual({ useId, released, returned: !released })
    const links = own.filter(({ type }) => type === 'UseReserved')
    const onLicenses = events.filter(
      ({ stream, type, data }) =>
        stream.startsWith('license-') && type === 'UseReserved' && (data as { readonly useId: string }).useId === useId
    )
    expect(onLicenses).toHaveLength(links.length)
    const { keyId } = links[0]?.data as { readonly keyId: KeyId }
    if (released) spent[keyId] = (spent[keyId] ?? 0) + 1
  }
  const counted = {
    [stage.single.keyId]: await usedOf(home, stage, stage.single),
    [stage.leaf.keyId]: await usedOf(home, stage, stage.leaf),
  }
  expect(counted).toEqual(spent)
  expect(await usedOf(home, stage, stage.root)).toBe(spent[stage.leaf.keyId])
  return uses
}

const expectNothingLost = async (stage: Stage, player: Player): Promise<void> => {
  const home = await succeed(homeOnEngine(stage.address, laterClock))
  // Waits for what a server may still be doing for the killed process.
  await succeed(home.store.append({ appends: [] }))
  await succeed(returnAbandonedUses(home))
  await succeed(verifyLog(home.log, home.logId))
  await succeed(home.log.selfCheck())
  const uses = await expectExact(home, stage)
  for (const [step, type] of [
    ['reserved', 'UseReserved'],
    ['released', 'KeyReleased'],
    ['returned', 'UseReturned'],
    ['finished', 'UseFinished'],
  ] as const) {
    expect(player.told(step).filter((useId) => !has(uses.get(useId), type))).toEqual([])
  }
  const licenses = new Map((await succeed(listLicenses(home))).map((license) => [String(license.lid), license]))
  for (const lid of player.told('stored')) {
    const license = licenses.get(lid)
    if (license === undefined) throw new Error(`the license ${lid} was acknowledged and is lost`)
    const [held] = (await succeed(heldLicenses(home)(license.keyId))).candidates
    if (held === undefined) throw new Error(`the license ${lid} is not believed`)
    wipeSecret(await succeed(heldContentKey(home, held)))
  }
  home.close()
}

const killed = async (stage: Stage): Promise<Player> => {
  const player = startPlayer(stage.address, [stage.single.keyId, stage.leaf.keyId], MANY)
  await player.begun
  const uses = randomInt(MOST_USES)
  while (player.told('reserved').length < uses && player.process.exitCode === null) await sleep(1)
  await sleep(randomInt(LONGEST_MILLISECONDS))
  player.process.kill('SIGKILL')
  expect(await player.ended).toEqual({ code: null, errors: '' })
  return player
}

const killOften = async (engine: Engine, often: number): Promise<void> => {
  let stage = await newStage(engine, MANY)
  try {
    for (let kill = 0; kill < often; kill += 1) {
      if (kill > 0 && kill % KILLS_OF_ONE_HOME === 0) {
        await stage.remove()
        stage = await newStage(engine, MANY)
      }
      await expectNothingLost(stage, await killed(stage))
    }
  } finally {
    await stage.remove()
  }
}

const raceForTheLast = async (engine: Engine): Promise<void> => {
  const stage = await newStage(engine, 7)
  try {
    const players = [0, 1].map(() => startPlayer(stage.address, [stage.single.keyId], 20))
    for (const player of players) expect(await player.ended).toEqual({ code: 0, errors: '' })
    expect(players.flatMap((player) => player.told('released'))).toHaveLength(7)
    expect(players.map((player) => player.told('refused'))).toEqual([['Exhausted'], ['Exhausted']])
    const home = await succeed(homeOnEngine(stage.address))
    await expectExact(home, stage)
    expect(await usedOf(home, stage, stage.single)).toBe(7)
    home.close()
  } finally {
    await stage.remove()
  }
}

for (const engine of engines) {
  const often = Math.ceil(kills(KILLS) / engines.length)
  engine.tests.describe(`players on ${engine.name}`, () => {
    engine.tests.it(
      'R12: killed at any moment, no use is counted twice or regained and nothing acknowledged is lost',
      () => killOften(engine, often),
      often * MINUTE
    )
    engine.tests.it(
      'R12: two that race for the last uses get exactly those',
      () => raceForTheLast(engine),
      4 * MINUTE
    )
  })
}
