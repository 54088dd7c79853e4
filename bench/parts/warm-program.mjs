import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { bundleProgram } from './bundle-program.mjs'

const RUN_WARM = join(dirname(fileURLToPath(import.meta.url)), 'run-warm.cjs')

/** Bundles a program that starts as the command does: `warm` runs it and keeps its compiled code for `run` and `start`. */
export const warmProgram = async (name, folder) => {
  const path = await bundleProgram(name, folder)
  const text = readFileSync(path, 'utf8').replace(/[^\0-\x7f]/g, '?')
  writeFileSync(path, `${text}// ${createHash('sha256').update(text).digest('hex')}\n`)
  const start = (...words) => ({ command: process.execPath, args: [RUN_WARM, path, ...words] })
  const run = (env, ...words) => {
    const { command, args } = start(...words)
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } })
  }
  return { start, run: (...words) => run({}, ...words), warm: (...words) => run({ KEEP_COMPILED: '1' }, ...words) }
}
