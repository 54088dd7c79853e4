import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastValueFrom, toArray } from 'rxjs'

import { succeed, temporaryPlace, type TemporaryPlace } from './testing/temporary-home'

const KILLS = 30
/** A home is made in about 50 ms here; the last kills come when it is done. */
const STEP_MILLISECONDS = 2
const MINUTES = 180_000

const startMaking = (place: TemporaryPlace): ChildProcess => {
  const run = join(__dirname, '..', 'store', 'sqlite', 'testing', 'run-typescript.cjs')
  const program = join(__dirname, 'testing', 'open-home-process.ts')
  return spawn(process.execPath, [run, program, place.directory, place.machineFile])
}

/** Files below a folder whose bytes hold the given ones. */
const filesWith = (root: string, bytes: Buffer): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .filter((name) => readFileSync(join(root, name)).includes(bytes))

describe('a home whose making is killed', () => {
  let place: TemporaryPlace
  beforeEach(() => {
    place = temporaryPlace()
  })
  afterEach(() => place.remove())

  const expectWholeHome = async (): Promise<void> => {
    const { homeId, store, keystore } = await place.open()
    expect((await place.open()).homeId).toBe(homeId)
    const events = await lastValueFrom(store.readAll().pipe(toArray()))
    expect(events.map(({ type }) => type)).toEqual(['HomeCreated', 'DeviceEpochInstalled'])
    for (const key of [keystore.log(), keystore.issuer(), keystore.signing(0), keystore.agreement(0)]) await succeed(key)
    for (const generation of [1, 2]) await succeed(keystore.vault(0, generation))
    expect(readdirSync(place.directory).filter((name) => name.startsWith('.keystore.'))).toEqual([])
    expect(filesWith(place.root, readFileSync(place.machineFile))).toEqual([join('machine', 'secret')])
  }

  it('is whole at the next opening, whenever the kill comes', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      place.remove()
      place = temporaryPlace()
      const child = startMaking(place)
      const closed = once(child, 'close')
      await once(child.stdout ?? child, 'data')
      await sleep(kill * STEP_MILLISECONDS)
      child.kill('SIGKILL')
      await closed
      await expectWholeHome()
    }
  }, MINUTES)

  it('leaves no keys of its own behind when a later run makes the home', async () => {
    const leftover = join(place.directory, '.keystore.0123456789abcdef')
    mkdirSync(join(leftover, 'epochs', '0'), { recursive: true })
    writeFileSync(join(leftover, 'master.jwe'), 'x')
    await expectWholeHome()
  })

  it('leaves no second name of the machine secret, and touches no stranger’s file', async () => {
    await place.open()
    const second = join(place.root, 'machine', '.secret.0123456789abcdef')
    const other = join(place.root, 'machine', '.secret.fedcba9876543210')
    linkSync(place.machineFile, second)
    writeFileSync(other, 'x')
    await succeed((await place.open()).keystore.log())
    expect(readdirSync(join(place.root, 'machine')).sort()).toEqual(['.secret.fedcba9876543210', 'secret', 'secret.d'])
  })
})
