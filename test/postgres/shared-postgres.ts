import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a client reaches the server: what `pg` takes for a connection. */
export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** What the process that runs the server says of it. */
export type ServerReport = RunningServer | { readonly failure: string }

/** A server that answers. */
export interface RunningServer {
  readonly address: PostgresAddress
  /** The file that the server writes its log to. */
  readonly log: string
}

const POLL_MILLISECONDS = 20
const START_MILLISECONDS = 120_000
const RUN_TYPESCRIPT = join(__dirname, '..', '..', 'packages', 'core', 'src', 'store', 'sqlite', 'testing', 'run-typescript.cjs')

/**
 * The PostgreSQL of this run of Jest, shared by all its workers; the first that asks starts it. It ends with the run: see
 * `tools/jest/run-setup.cjs`. Each test makes a schema or database of its own there.
 */
export const sharedPostgres = async (): Promise<RunningServer> => {
  const folder = process.env['CUSTODY_RUN_FOLDER']
  const owner = process.env['CUSTODY_RUN_OWNER']
  if (folder === undefined || owner === undefined) throw new Error('this run of Jest has no tools/jest/run-setup.cjs')
  return runServer(folder, owner)
}

/** The server whose folder is `folder`, started where there is none yet. It ends with the process `owner`. */
export const runServer = async (folder: string, owner: string): Promise<RunningServer> => {
  if (isFirst(folder)) startServer(folder, owner)
  for (const until = Date.now() + START_MILLISECONDS; Date.now() < until; await sleep(POLL_MILLISECONDS)) {
    const report = readReport(folder)
    if (report === undefined) continue
    if ('failure' in report) throw new Error(report.failure)
    return report
  }
  throw new Error('PostgreSQL did not start in time')
}

const isFirst = (folder: string): boolean => {
  try {
    mkdirSync(folder)
    return true
  } catch {
    return false
  }
}

/** In a session of its own, so that what ends this run does not end it before it has cleaned up. */
const startServer = (folder: string, owner: string): void =>
  spawn(process.execPath, [RUN_TYPESCRIPT, join(__dirname, 'server-process.ts'), folder, owner], {
    detached: true,
    stdio: 'ignore',
  }).unref()

const readReport = (folder: string): ServerReport | undefined => {
  try {
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as ServerReport
  } catch {
    return undefined
  }
}
