import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

import { whenInstalled } from '../gate/when-installed'
import { installedPostgres, postgresPrograms } from './installed-postgres'
import { type RunningServer, runServer, sharedPostgres } from './shared-postgres'

const { describe, it } = whenInstalled('postgres')
const MINUTE = 60_000

const ask = async ({ address }: RunningServer, question: string): Promise<unknown> => {
  const client = new Client(address)
  await client.connect()
  const { rows } = await client.query<{ readonly answer: unknown }>(`SELECT ${question} AS answer`)
  await client.end()
  return rows[0]?.answer
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(20)
}

describe('the PostgreSQL of a test run', () => {
  it('is one for all who ask, and keeps what it acknowledges', async () => {
    const [first, second] = await Promise.all([sharedPostgres(), sharedPostgres()])
    expect(second).toEqual(first)
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      expect(await ask(first, `current_setting('${setting}')`)).toBe('on')
    }
  }, MINUTE)

  it('sorts text unlike its bytes, so that a query that relies on the order of a server is found', async () => {
    expect(await ask(await sharedPostgres(), `'a' < 'B'`)).toBe(true)
  }, MINUTE)

  it('is gone with its folder when its owner is killed', async () => {
    const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const folder = join(tmpdir(), `custody-postgres-${randomBytes(8).toString('hex')}`)
    try {
      const server = await runServer(folder, String(owner.pid))
      expect(await ask(server, '1')).toBe(1)
    } finally {
      owner.kill('SIGKILL')
    }
    const [pid] = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')
    await until(() => !existsSync(folder))
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
  }, MINUTE)

  it('runs from a package whose links are missing, and from a place that its user cannot reach', () => {
    const installed = installedPostgres()
    if (installed === undefined) return
    const root = mkdtempSync(join(tmpdir(), 'custody-postgres-'))
    const bare = join(root, 'package')
    const link = join('native', 'lib', 'libpq.so.5')
    const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
    cpSync(installed, bare, { recursive: true, filter: (path) => !isLink(path) })
    expect(existsSync(join(bare, link))).toBe(false)
    const scratch = join(root, 'scratch')
    mkdirSync(scratch)
    const { postgres } = postgresPrograms(bare, scratch, undefined)
    expect(postgres).toBe(join(bare, 'native', 'bin', 'postgres'))
    expect(readlinkSync(join(bare, link))).toBe(readlinkSync(join(installed, link)))
    // Made by mkdtemp, so for nobody but its owner.
    const other = postgresPrograms(bare, scratch, { uid: 65534, gid: 65534 })
    expect(other.postgres).toBe(join(scratch, 'native', 'bin', 'postgres'))
    rmSync(root, { recursive: true })
  }, MINUTE)

  it('knows no package for a platform that there is none for', () => {
    expect(installedPostgres('plan9-vax')).toBeUndefined()
  })
})
