/**
 * Runs every check that is no test, says how each ended, and fails when one did.
 *
 * usage: node tools/check.mjs [STEP …]
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

import { ROOT } from './check/packages.mjs'

const bin = (name) => join(ROOT, 'node_modules', '.bin', name)
const own = (name) => [process.execPath, ['tools/check/own-checks.mjs', name]]

/** The build comes first: what follows reads its declarations. */
const BUILD = ['types', [bin('tsc'), ['-b']]]

/** The slow ones first, so that the last core does not wait for them. */
const STEPS = [
  ['lint', [bin('eslint'), ['.', '--max-warnings', '0']]],
  ['attw', [process.execPath, ['tools/check/published-packages.mjs', 'attw']]],
  ['publint', [process.execPath, ['tools/check/published-packages.mjs', 'publint']]],
  ['api', [process.execPath, ['tools/api-report.mjs']]],
  ['imports', [bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'packages']]],
  ['entries', own('entries')],
  ['links', own('links')],
  ['words', own('words')],
  ['sizes', own('sizes')],
]

/** Resolves with the outcome whatever it is: a step that fails must not hide the ones after it. */
const run = ([name, [command, args]]) =>
  new Promise((resolve) => {
    const started = performance.now()
    let output = ''
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = (passed) => resolve({ name, passed, output, seconds: (performance.now() - started) / 1000 })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => {
      output += `${error.message}\n`
      ended(false)
    })
    child.on('close', (code) => ended(code === 0))
  })

const print = ({ name, passed, output, seconds }) => {
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${seconds.toFixed(1)} s`)
  if (!passed) console.log(output.replace(/^(?=.)/gm, '       ').trimEnd())
}

const runAll = async (steps) => {
  const waiting = [...steps]
  const outcomes = []
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await run(step)
      print(outcome)
      outcomes.push(outcome)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), steps.length) }, work))
  return outcomes
}

const main = async () => {
  const wanted = process.argv.slice(2)
  const isWanted = ([name]) => wanted.length === 0 || wanted.includes(name)
  const unknown = wanted.filter((name) => ![BUILD, ...STEPS].some((step) => step[0] === name))
  if (unknown.length > 0) throw new Error(`no step is named ${unknown.join(', ')}`)
  const started = performance.now()
  const outcomes = [...(await runAll([BUILD].filter(isWanted))), ...(await runAll(STEPS.filter(isWanted)))]
  const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`\n${outcomes.length - failed.length} of ${outcomes.length} checks passed in ${seconds} s`)
  if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

await main()
