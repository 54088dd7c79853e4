import { spawn } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'

import { kills } from '../../../../test/gate/kills'
import type { StoredEvent } from '../event/stored-event'
import { succeed } from '../home/testing/temporary-home'
import { secretFromBytes } from '../secret/secret'
import { SegmentBackedUp } from './backup-event'
import type { BackupRequest } from './backup-run'
import { openBackup } from './open-backup'
import { isSetId, LEAVES, MANIFEST, POINTER, segmentName, setFolder } from './set-files'
import type { BackupOrder } from './testing/backup-process'
import { backupScene, isBackupTrace, lidsInBackup, type BackupScene } from './testing/backup-scene'

const LICENSES = 5
/** Kills of an ordinary run: before each of the last steps, in which the new set takes the place of the old one. */
const EVERYDAY = 10
const MINUTES = 300_000

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

describe('a backup whose process is killed', () => {
  let scene: BackupScene
  let directory: string
  beforeEach(async () => {
    scene = await backupScene()
    directory = join(scene.place.root, 'backup')
    for (let count = 0; count < LICENSES; count += 1) await scene.add()
  })
  afterEach(() => scene.place.remove())

  /** A run in a process of its own. @returns how many operations on the medium it took; nothing for one that was killed. */
  const runApart = async (dieBefore: number, overwrite = true): Promise<number | undefined> => {
    const { root, individualization, sealing } = scene.authority
    const order: BackupOrder = {
      home: scene.place.directory,
      machineFile: scene.place.machineFile,
      directory,
      overwrite,
      dieBefore,
      authority: { root: pem(root), individualization: pem(individualization), sealing: pem(sealing) },
    }
    const run = join(__dirname, '..', 'store', 'sqlite', 'testing', 'run-typescript.cjs')
    const child = spawn(process.execPath, [run, join(__dirname, 'testing', 'backup-process.ts'), JSON.stringify(order)])
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    const [code, signal] = (await once(child, 'close')) as unknown as readonly [number | null, string | null]
    if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the process ended with ${String(code)}`)
    return signal === 'SIGKILL' ? undefined : Number(output)
  }

  const events = (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(scene.home.store.readAll().pipe(toArray()))
  const setOf = ({ data }: StoredEvent) => (data as { readonly set: string }).set

  it('leaves the old backup or the new one, whole; the next run goes on, and the log names each license once a set', async () => {
    const seen = new Set<'old' | 'new'>()
    await runApart(0)
    const operations = (await runApart(0)) ?? 0
    expect(operations).toBeGreaterThan(EVERYDAY)
    for (let kill = 0; kill < kills(EVERYDAY); kill += 1) {
      const before = await succeed(openBackup(directory, { salvage: false }))
      const position = (await events()).length
      expect(await runApart(operations - (kill % operations))).toBeUndefined()
      const after = await succeed(openBackup(directory, { salvage: false }))
      const sets = (await events()).slice(position).filter(({ type }) => type === 'BackupBegun').map(setOf)
      expect([before.set, ...sets]).toContain(after.set)
      expect(await lidsInBackup(directory)).toHaveLength(LICENSES)
      seen.add(after.set === before.set ? 'old' : 'new')
    }
    expect(seen).toEqual(new Set(['old', 'new']))
    const resumed = await scene.run({ directory, overwrite: true })
    expect(isBackupTrace(resumed.map(({ type }) => type))).toBe(true)
    expect(await lidsInBackup(directory)).toHaveLength(LICENSES)
    // Nothing of the killed runs is left.
    const [{ set = '' } = {}] = resumed.map(({ data }) => data as { readonly set?: string })
    expect(isSetId(set)).toBe(true)
    expect(readdirSync(directory).sort()).toEqual([POINTER, setFolder(set)])
    const all = await events()
    const named = all.flatMap(({ data }) => (SegmentBackedUp.data.is(data) ? data.licenses.map(({ lid }) => `${data.set} ${lid}`) : []))
    expect(named.length).toBeGreaterThan(0)
    expect(new Set(named).size).toBe(named.length)
    const sets = new Set(all.filter(({ type }) => type === 'BackupBegun').map(setOf))
    for (const one of sets) {
      const ends = all.filter(({ type, stream }) => stream === `backup-${one}` && /Backup(?:Ended|Failed|Cancelled)/.test(type))
      expect(ends).toHaveLength(1)
    }
  }, MINUTES)
  describe('between the pointer and its last event', () => {
    const filesIn = (set: string) =>
      [MANIFEST, LEAVES, segmentName(1)].map((name) => readFileSync(join(directory, setFolder(set), name)).toString('base64'))
    /** Takes the set that lacks its last event. */
    const killedAtTheEnd = async (): Promise<string> => {
      const place = directory
      directory = join(scene.place.root, 'counted')
      const operations = (await runApart(0, false)) ?? 0
      directory = place
      // The last one makes the pointer durable.
      expect(await runApart(operations, false)).toBeUndefined()
      const { set } = await succeed(openBackup(directory, { salvage: false }))
      expect(await endsOf(set)).toEqual([])
      return set
    }
    const endsOf = async (set: string): Promise<ReadonlyArray<string>> => {
      const log = (await events()).filter(({ stream }) => stream === `backup-${set}`)
      return log.map(({ type }) => type).filter((type) => /Backup(?:Ended|Failed|Cancelled)/.test(type))
    }

    it('the next run ends its own set, names what was left out, and writes nothing', async () => {
      const left = await scene.add({ rights: [{ action: 'Play' }] })
      const set = await killedAtTheEnd()
      const before = filesIn(set)
      const ended = await scene.run({ directory, overwrite: false, check: true })
      expect(ended.map(({ type }) => type)).toEqual(['BackupBegun', 'BackupRestricted', 'BackupEnded'])
      expect(ended.map(({ data }) => data)).toMatchObject([
        { set, resumed: true, licenses: LICENSES },
        { set, lid: left.lid },
        { set, licenses: LICENSES, restricted: 1 },
      ])
      expect([await endsOf(set), filesIn(set)]).toEqual([['BackupEnded'], before])
      await expect(scene.run({ directory, overwrite: false })).rejects.toMatchObject({ fault: { type: 'BackupExists' } })
      expect(await endsOf(set)).toEqual(['BackupEnded'])
    }, MINUTES)

    const others: ReadonlyArray<readonly [string, (set: string) => Promise<Partial<BackupRequest>>]> = [
      ['a license came since', () => scene.add().then(() => ({}))],
      ['a guard is asked for that the set may lack', () => Promise.resolve({ guard: secretFromBytes(Buffer.from('open sesame')) })],
      ['another set is asked for', () => Promise.resolve({ set: '01890a5d-ac96-774b-bcce-b302099a8057' })],
      [
        'the set is damaged',
        (set) => {
          const file = join(directory, setFolder(set), segmentName(1))
          const bytes = readFileSync(file)
          writeFileSync(file, bytes.fill(65, 20, 21))
          return Promise.resolve({})
        },
      ],
    ]
    it.each(others)('BR-7: it is a backup like any other where %s', async (_, change) => {
      const set = await killedAtTheEnd()
      const request = { directory, overwrite: false, ...(await change(set)) }
      const before = filesIn(set)
      await expect(scene.run(request)).rejects.toMatchObject({ fault: { type: 'BackupExists', place: directory } })
      expect([await endsOf(set), filesIn(set)]).toEqual([['BackupEnded'], before])
    }, MINUTES)
  })
})
