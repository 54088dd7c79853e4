import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock } from '../clock/system-clock'
import { protectLicense } from '../home/protect-license'
import { succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import { authorizeExport } from '../transfer/authorize-export'
import { returnAbandonedUses } from '../vault/return-abandoned-uses'
import { homeOnEngine, type HomeAddress } from '../vault/testing/home-on-engine'

const RUN_TYPESCRIPT = join(__dirname, '..', 'store', 'sqlite', 'testing', 'run-typescript.cjs')
const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
/** Longer than a grant waits for its first key. */
const LATER = 11 * 60 * 1_000_000
const laterClock = { now: () => systemClock.now() + LATER }

describe('an exporter that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-exporter-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Lets a process come as far as it is told, kills it, and asks for the use again when its grant has expired. */
  const afterKill = async (stage: 'granted' | 'released') => {
    const address: HomeAddress = { folder: join(folder, stage), log: { engine: 'sqlite', file: '' } }
    const home = await succeed(homeOnEngine(address))
    const conditions = { rights: [{ action: 'Copy' as const, windows: [{ count: 1 }] }], inclusion: [SYSTEM] }
    await succeed(protectLicense(home)({ keyId: KEY_ID, conditions }))
    home.close()
    const program = [RUN_TYPESCRIPT, join(__dirname, 'testing', 'exporter-process.ts')]
    const child = spawn(process.execPath, [...program, JSON.stringify(address), KEY_ID, SYSTEM, stage])
    const [said] = (await once(child.stdout, 'data')) as ReadonlyArray<Buffer>
    expect(said?.toString()).toBe(`${stage}\n`)
    child.kill('SIGKILL')
    await once(child, 'close')
    const later = await succeed(homeOnEngine(address, laterClock))
    try {
      await succeed(returnAbandonedUses(later))
      const request = { keyId: KEY_ID, system: SYSTEM, action: 'Copy', source: { digest: 'A'.repeat(43) } } as const
      const decisions = []
      for (let times = 0; times < 2; times++) {
        const decision = await succeed(authorizeExport(later)({ ...request, registered: [SYSTEM], targetKeys: [] }))
        decisions.push(decision.type === 'Granted' ? 'Granted' : decision.reasons.map(({ reason }) => reason).join())
      }
      return decisions
    } finally {
      later.close()
    }
  }

  it('R12, §9: between reservation and release: the use comes back, once', async () => {
    expect(await afterKill('granted')).toEqual(['Granted', 'Exhausted'])
  }, 60_000)

  it('R12, §9: after the release: the use is spent', async () => {
    expect(await afterKill('released')).toEqual(['Exhausted', 'Exhausted'])
  }, 60_000)
})
