import { spawn } from 'node:child_process'
import { randomInt, type KeyObject } from 'node:crypto'
import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StoredEvent } from '@custody/core/event'
import type { KeyId } from '@custody/core/identity'
import { conditionsFromRights } from '@custody/core/license'
import type { Secret } from '@custody/core/secret'
import { revealKeys } from '@custody/core/vault'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { clearKey } from '../systems/clear-key/adapter'
import type { ExportArguments } from '../systems/clear-key/testing/export-program'
import { exportMedia } from './export-media'
import { protectMedia } from './protect-media'
import { openTrack, type OpenedTrack } from './testing/opened-package'
import { makeSmallSamples } from './testing/small-samples'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'

jest.setTimeout(300_000)

/** No entry of core gives the bytes of a secret. */
const { secretKeyObject } = jest.requireActual<{ readonly secretKeyObject: (secret: Secret) => KeyObject }>(
  '../../../core/dist/secret/secret'
)

const RUN_TYPESCRIPT = join(__dirname, '../../../core/src/store/sqlite/testing/run-typescript.cjs')
const PROGRAM = join(__dirname, '../systems/clear-key/testing/export-program.ts')
const MIB = 4
const KILLS = 3
const CHECKPOINT_BYTES = 300_000
/** Batches of the file; kills come well before the last one, when the use is over. */
const LAST_KILL = 6
const LONGEST_MILLISECONDS = 40
const FILES = ['video.mp4', 'audio.mp4'] as const

interface ChildRun {
  readonly lines: ReadonlyArray<string>
  readonly killed: boolean
}

describe('an export whose process is killed', () => {
  let place: TemporaryHome
  let guarded: string
  const registered = [clearKey.describe.systemId]

  beforeEach(async () => {
    place = await temporaryHome()
    const clear = join(place.folder, 'clear.asf')
    guarded = join(place.folder, 'protected.asf')
    makeSmallSamples(clear, MIB)
    const conditions = conditionsFromRights({ rights: [{ action: 'Copy', count: 2, inclusion: registered }] })
    if (E.isLeft(conditions)) throw new Error(conditions.left.expected)
    const request = { input: clear, output: guarded, scheme: 'mce' as const, conditions: conditions.right }
    await lastValueFrom(protectMedia({ home: place.home, registered })(request))
  })
  afterEach(() => {
    place.remove()
  })

  /** Runs the program; kills it a random while after it has told `after` batches, when that is asked for. */
  const runChild = (output: string, after?: number): Promise<ChildRun> => {
    const { directory } = place.home
    const machineFile = join(place.folder, 'machine')
    const told: ExportArguments = { directory, machineFile, input: guarded, output, bytes: CHECKPOINT_BYTES }
    const child = spawn(process.execPath, [RUN_TYPESCRIPT, PROGRAM, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: string[] = []
    let killed = false
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      const batches = lines.filter((each) => each === 'progress').length
      if (after === undefined || killed || !lines.includes('KeyReleased') || batches < after) return
      killed = true
      void sleep(randomInt(LONGEST_MILLISECONDS)).then(() => child.kill('SIGKILL'))
    })
    return new Promise((resolve) => child.on('close', () => resolve({ lines, killed: child.signalCode === 'SIGKILL' })))
  }
  const logged = (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(place.home.store.readAll().pipe(toArray()))
  const opened = async (directory: string): Promise<ReadonlyArray<OpenedTrack>> => {
    const { tracks } = JSON.parse(readFileSync(join(directory, 'export.json'), 'utf8')) as { tracks: Array<{ file: string; keyId: KeyId }> }
    const keys = new Map<KeyId, KeyObject>()
    const revealed = await revealKeys(place.home)(tracks.map(({ keyId }) => keyId))()
    if (E.isLeft(revealed)) throw new Error(revealed.left.type)
    for (const { keyId, key } of revealed.right) keys.set(keyId, secretKeyObject(key))
    return FILES.map((name) => {
      const key = keys.get(tracks.find(({ file }) => file === name)?.keyId ?? ('' as KeyId))
      if (key === undefined) throw new Error(`no key for ${name}`)
      return openTrack(join(directory, name), key)
    })
  }
  const partials = (): ReadonlyArray<string> => readdirSync(place.folder).filter((name) => name.includes('partial'))

  it('P5, P6, R12: is gone on with by the next run, as often as it is killed: the same samples, each under an id of its own, and one use', async () => {
    const reference = join(place.folder, 'reference')
    await lastValueFrom(exportMedia({ home: place.home, registered })({ input: guarded, directory: reference, adapter: clearKey }))
    const before = (await logged()).length
    const output = join(place.folder, 'output')
    let kills = 0
    for (let run = 0; run < KILLS; run += 1) {
      const { killed } = await runChild(output, randomInt(LAST_KILL))
      if (!killed) break
      kills += 1
      expect(existsSync(output)).toBe(false)
    }
    if (!existsSync(output)) expect((await runChild(output)).lines.at(-1)).toBe('ExportEnded')
    expect(kills).toBeGreaterThan(0)
    expect(partials()).toEqual([])
    expect(readdirSync(output).sort()).toEqual(readdirSync(reference).sort())
    const events = (await logged()).slice(before)
    const of = (type: string) => events.filter((event) => event.type === type)
    expect(of('UseReserved').filter(({ stream }) => stream.startsWith('use-'))).toHaveLength(1)
    expect(of('TransferResumed').length).toBeGreaterThanOrEqual(kills - 1)
    expect(of('ExportEnded')).toHaveLength(1)
    const [whole, resumed] = [await opened(reference), await opened(output)]
    resumed.forEach(({ samples, tables }, index) => {
      expect(tables).toEqual(whole[index]?.tables)
      expect(samples.map(({ bytes }) => bytes.toString('hex'))).toEqual(whole[index]?.samples.map(({ bytes }) => bytes.toString('hex')))
      expect(new Set(samples.map(({ iv }) => iv)).size).toBe(samples.length)
      expect(samples.length).toBeGreaterThan(1000)
    })
    const again = await lastValueFrom(
      exportMedia({ home: place.home, registered })({ input: guarded, directory: join(place.folder, 'third'), adapter: clearKey })
    )
    expect(again.type).toBe('ExportRefused')
  })

  /** Kills one run after a checkpoint; answers how many bytes the log says of each file. */
  const killedBehindCheckpoint = async (output: string): Promise<ReadonlyMap<string, number>> => {
    const { killed } = await runChild(output, LAST_KILL)
    expect(killed).toBe(true)
    const last = (await logged()).filter(({ type }) => type === 'TransferCheckpointed').at(-1)
    const { tracks } = last?.data as { tracks: Array<{ file: string; bytes: number }> }
    return new Map(tracks.map(({ file, bytes }) => [file, bytes]))
  }

  it('P5: what lies behind the last checkpoint is cut off, and ids of samples come from a range that was reserved anew', async () => {
    const output = join(place.folder, 'output')
    const kept = await killedBehindCheckpoint(output)
    const [left] = partials()
    const folder = join(place.folder, left ?? '')
    const durable = FILES.map((name) => readFileSync(join(folder, name)).subarray(0, kept.get(name) ?? 0))
    for (const name of FILES) appendFileSync(join(folder, name), Buffer.alloc(5000, 7))
    expect((await runChild(output)).lines).toContain('TransferResumed')
    FILES.forEach((name, index) => {
      expect(readFileSync(join(output, name)).subarray(0, kept.get(name) ?? 0).equals(durable[index] ?? Buffer.alloc(0))).toBe(true)
    })
    const ranges = (await logged()).flatMap(({ type, data }) =>
      type === 'CounterRangeReserved' ? [data as { keyId: string; from: string; to: string }] : []
    )
    const [video] = await opened(output)
    const { tracks } = JSON.parse(readFileSync(join(output, 'export.json'), 'utf8')) as { tracks: Array<{ keyId: string }> }
    const own = ranges.filter(({ keyId }) => keyId === tracks[0]?.keyId)
    expect(own).toHaveLength(2)
    expect(BigInt(own[1]?.from ?? '0')).toBeGreaterThanOrEqual(BigInt(own[0]?.to ?? '1'))
    const used = video?.samples.map(({ iv }) => (BigInt(`0x${iv}`) >= BigInt(own[1]?.from ?? '0') ? 'second' : 'first')) ?? []
    expect(new Set(used)).toEqual(new Set(['first', 'second']))
    expect(used.lastIndexOf('first')).toBeLessThan(used.indexOf('second'))
  })

  it('P6: bytes of another run are not gone on with: the run ends in a fault, nothing stands, and the next one begins anew', async () => {
    const output = join(place.folder, 'output')
    await killedBehindCheckpoint(output)
    const [event] = (await logged()).filter(({ type }) => type === 'TransferCheckpointed').slice(-1)
    const { useId, tracks } = event?.data as { useId: string; tracks: Array<{ number: number; file: string; bytes: number }> }
    const shifted = { type: 'TransferCheckpointed', schemaVersion: 1, data: { useId, tracks: tracks.map((each) => ({ ...each, bytes: each.bytes - 1 })) } }
    const append = { stream: event?.stream ?? '', expectedRevision: 'any' as const, events: [shifted] }
    expect(E.isRight(await place.home.store.append({ appends: [append] })())).toBe(true)
    const { lines } = await runChild(output)
    expect(lines.at(-1)).toContain('ESTALE')
    expect(existsSync(output)).toBe(false)
    expect(partials()).toEqual([])
    expect((await runChild(output)).lines.at(-1)).toBe('ExportEnded')
  })

  it('an export of another file at that place is none of it', async () => {
    const output = join(place.folder, 'output')
    await killedBehindCheckpoint(output)
    const whole = readFileSync(guarded)
    copyFileSync(guarded, join(place.folder, 'kept.asf'))
    writeFileSync(guarded, Buffer.concat([whole, Buffer.alloc(100)]))
    const { lines } = await runChild(output)
    expect(lines).not.toContain('TransferResumed')
    expect(lines).toContain('UseReserved')
    expect(partials()).toEqual([])
  })
})
