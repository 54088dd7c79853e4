/** A PostgreSQL of the bench's own, as the tests start theirs; it ends with the process that asked for it. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const RUN_TYPESCRIPT = join(ROOT, 'packages/core/src/store/sqlite/testing/run-typescript.cjs')
const SERVER = join(ROOT, 'test/postgres/server-process.ts')
const POLL_MS = 50

const report = (folder) => {
  try {
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/** Starts a server below `folder` and answers its address, or why there is none. */
export const startPostgres = async (folder) => {
  mkdirSync(folder)
  const server = spawn(process.execPath, [RUN_TYPESCRIPT, SERVER, folder, String(process.pid)], { detached: true, stdio: 'ignore' })
  server.unref()
  for (;;) {
    const told = report(folder)
    if (told !== undefined) return { ...told, stop: () => process.kill(server.pid, 'SIGTERM') }
    await sleep(POLL_MS)
  }
}
