import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { kills } from '../../../../test/gate/kills'
import { machineIdInstallation } from '../device/os-installation'
import { bindHome } from './bind-home'
import { succeed, temporaryPlace, type TemporaryPlace } from './testing/temporary-home'

const EVERYDAY = 10
/** A change takes a few milliseconds here. */
const LONGEST = 30
const MINUTES = 120_000

describe('a home that is bound by other factors when the process is killed', () => {
  let place: TemporaryPlace
  let machineId: string
  beforeEach(() => {
    place = temporaryPlace()
    machineId = join(place.root, 'machine-id')
    writeFileSync(machineId, '0123456789abcdef0123456789abcdef\n')
  })
  afterEach(() => place.remove())

  const openHere = () => place.open(place.directory, { installation: machineIdInstallation([machineId]) })
  /** Binds by turns in a process of its own, which is killed. */
  const killRebinding = async (after: number): Promise<void> => {
    const run = join(__dirname, '..', 'store', 'sqlite', 'testing', 'run-typescript.cjs')
    const program = join(__dirname, 'testing', 'rebind-process.ts')
    const child = spawn(process.execPath, [run, program, place.directory, place.machineFile, machineId])
    const closed = once(child, 'close')
    await once(child.stdout, 'data')
    await sleep(after)
    child.kill('SIGKILL')
    await closed
  }

  it('opens by the old or the new ones, with the same keys, and can be bound again', async () => {
    const first = await openHere()
    const { kid } = await succeed(first.keystore.log())
    first.close()
    const seen = new Set<string>()
    for (let kill = 0; kill < kills(EVERYDAY); kill += 1) {
      await killRebinding(Math.random() * LONGEST)
      const home = await openHere()
      expect((await succeed(home.keystore.log())).kid).toBe(kid)
      seen.add((await succeed(home.keystore.binding())).stated.kinds.join(' '))
      home.close()
    }
    for (const kinds of seen) expect(['machine-file', 'machine-file os-installation']).toContain(kinds)
    const last = await openHere()
    await succeed(bindHome(last)({ kinds: ['machine-file'] }))
    expect((await succeed((await openHere()).keystore.log())).kid).toBe(kid)
  }, MINUTES)
})
