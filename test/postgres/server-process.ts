import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { installedPostgres, postgresPrograms, type PostgresPrograms, serverUser, type ServerUser } from './installed-postgres'
import type { PostgresAddress, ServerReport } from './shared-postgres'

const USER = 'postgres'
const PORT_ATTEMPTS = 5
const POLL_MILLISECONDS = 20
const OWNER_POLL_MILLISECONDS = 250
const START_MILLISECONDS = 60_000
const STOP_MILLISECONDS = 10_000
const READY = 'database system is ready to accept connections'
/** Everybody may pass through the run's folder, as the server's user must; nobody but the owner may list it. */
const PASSABLE = 0o711
const PRIVATE = 0o600
/** The server must not take settings from whoever runs the tests. */
const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }

/** Sorts text unlike its bytes, so that a query that forgets to say how it sorts is found. */
const LOCALE = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--encoding=UTF8']

interface Place {
  readonly folder: string
  readonly data: string
  readonly log: string
  readonly programs: PostgresPrograms
  readonly user: ServerUser | undefined
}

/** A process that was killed keeps its number until somebody asks how it ended, which nobody does in some containers. */
const isZombie = (pid: number): boolean => {
  const state = `/proc/${pid}/stat`
  return existsSync(state) && readFileSync(state, 'utf8').includes(') Z ')
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch {
    return false
  }
}

const preparePlace = (folder: string): Place => {
  chmodSync(folder, PASSABLE)
  const installed = installedPostgres()
  if (installed === undefined) throw new Error('no PostgreSQL is installed for this platform')
  const user = serverUser()
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (user !== undefined) chownSync(data, user.uid, user.gid)
  return { folder, data, log: join(folder, 'server.log'), programs: postgresPrograms(installed, folder, user), user }
}

const initialise = ({ folder, data, programs, user }: Place, password: string): void => {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, `${password}\n`, { mode: PRIVATE })
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid)
  const login = ['--username', USER, '--auth=scram-sha-256', '--pwfile', passwordFile]
  const done = spawnSync(programs.initdb, ['--pgdata', data, ...login, ...LOCALE, '--no-sync', '--no-instructions'], {
    ...user,
    env: ENVIRONMENT,
    encoding: 'utf8',
  })
  rmSync(passwordFile)
  if (done.status !== 0) throw new Error(`initdb ended with ${done.status}: ${done.error?.message ?? done.stderr}`)
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Settings are those of a server in earnest: what is acknowledged is on the disk. */
const start = async ({ data, log, programs, user }: Place, port: number): Promise<ChildProcess | undefined> => {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'jit=off']
  const flags = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
  writeFileSync(log, '')
  const output = openSync(log, 'a')
  const server = spawn(programs.postgres, flags, { ...user, env: ENVIRONMENT, stdio: ['ignore', output, output] })
  let ended = false
  server.on('close', () => (ended = true)).on('error', () => (ended = true))
  for (const until = Date.now() + START_MILLISECONDS; Date.now() < until && !ended; ) {
    if (readFileSync(log, 'utf8').includes(READY)) return server
    await sleep(POLL_MILLISECONDS)
  }
  server.kill('SIGKILL')
  return undefined
}

/** Another program may take the port between the search and the start. */
const startSomewhere = async (place: Place): Promise<{ readonly server: ChildProcess; readonly port: number }> => {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = await freePort()
    const server = await start(place, port)
    if (server !== undefined) return { server, port }
  }
  throw new Error(`PostgreSQL did not start: ${readFileSync(place.log, 'utf8')}`)
}

const stop = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return
  const closed = once(server, 'close')
  server.kill('SIGINT')
  const late = setTimeout(() => server.kill('SIGQUIT'), STOP_MILLISECONDS)
  await closed
  clearTimeout(late)
}

const report = (folder: string, what: ServerReport): void => {
  const file = join(folder, 'report.json')
  writeFileSync(`${file}.part`, JSON.stringify(what), { mode: PRIVATE })
  renameSync(`${file}.part`, file)
}

const untilEnd = async (owner: number): Promise<void> => {
  let told = false
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => (told = true))
  while (!told && isAlive(owner)) await sleep(OWNER_POLL_MILLISECONDS)
}

/**
 * A program: runs a PostgreSQL of its own in an existing empty folder until it is told to end or its owner is gone, also
 * one that was killed; then stops it and removes the folder.
 */
const main = async (folder: string, owner: number): Promise<void> => {
  const ending = untilEnd(owner)
  writeFileSync(join(folder, 'pid'), String(process.pid))
  let server: ChildProcess | undefined
  try {
    const place = preparePlace(folder)
    const password = randomBytes(16).toString('hex')
    initialise(place, password)
    const started = await startSomewhere(place)
    server = started.server
    const address: PostgresAddress = { host: '127.0.0.1', port: started.port, user: USER, password, database: 'postgres' }
    report(folder, { address, log: place.log })
  } catch (error) {
    report(folder, { failure: String(error) })
  }
  await ending
  if (server !== undefined) await stop(server)
  rmSync(folder, { recursive: true, force: true })
}

const [folder, owner] = process.argv.slice(3)
if (folder === undefined) throw new RangeError('the folder is missing')
void main(folder, Number(owner))
