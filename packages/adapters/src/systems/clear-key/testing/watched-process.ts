import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { searchText, type CanaryHit, type CanaryIndex } from '@custody/pipeline/testing'

import type { WatchedAnswer, WatchedArguments } from './watched-program'

const RUN_TYPESCRIPT = join(__dirname, '../../../../../core/src/store/sqlite/testing/run-typescript.cjs')
const PROGRAM = join(__dirname, 'watched-program.ts')

/** What is looked for, and where it is written for the process that searches itself. */
export interface WatchedSecrets {
  /** Of the keys. */
  readonly index: CanaryIndex
  readonly file: string
}

/** What a process that made transfers holds of the secrets. */
export interface WatchedProcess extends WatchedAnswer {
  /** In what it said. */
  readonly said: ReadonlyArray<CanaryHit>
  readonly signal: NodeJS.Signals | null
}

/**
 * Runs transfers in a process of their own; once they have ended, it is told the secrets and searches what they emitted, its heap and its
 * live buffers.
 *
 * @errors Rejects for a transfer that ended otherwise than it was to.
 */
export const watchProcess = (told: WatchedArguments, { index, file }: WatchedSecrets, temporary: string): Promise<WatchedProcess> =>
  new Promise((resolve, reject) => {
    const args = ['--expose-gc', RUN_TYPESCRIPT, PROGRAM, JSON.stringify(told)]
    const child = spawn(process.execPath, args, { stdio: 'pipe', env: { ...process.env, TMPDIR: temporary } })
    let said = ''
    let answer: WatchedAnswer = { emitted: [], heap: [] }
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line !== 'ready') answer = JSON.parse(line) as WatchedAnswer
      else child.stdin.end(`${file}\n`)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code !== 0 && signal === null) reject(new Error(`the transfers ended with ${String(code)}: ${said}`))
      else resolve({ ...answer, said: searchText(index, said, 'standard error'), signal })
    })
  })
