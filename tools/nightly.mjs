/**
 * Runs the slow sets, one after the other, and notes how each ended in docs/reference/nightly.md.
 *
 * usage: node tools/nightly.mjs [NAME …] [--seed N]
 */
import { execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { ROOT } from './check/packages.mjs'
import { withRun } from './nightly/page.mjs'

const PAGE = join(ROOT, 'docs/reference/nightly.md')
const MINUTES = 20
/** A file is opened, verified and read for each bit of it. */
const MINUTES_OF_FLIPS = 90
const RUNS = 20_000
/** What a property that states its own number of runs is multiplied by: see test/gate/runs.ts. */
const FACTOR = 100

/** Files that are changed where their structure hurts, for each parser that has such a set; each day's number stands in its test. */
const CHANGED_FILES = 200_000
const EVERYDAY_CHANGED = { asf: 300, avc: 40, codecs: 120, hevc: 200, windowsMedia: 200 }
const MINUTES_OF_CHANGED = 120

/** Orders in which messages and steps of services come; how many of them each day's run has stands in the test. */
const INTERLEAVINGS = 100_000
const EVERYDAY_INTERLEAVINGS = 2000

/** Random pipelines, each judged by all laws; how many each day's run has stands in the test. */
const PIPELINES = 10_000
const EVERYDAY_PIPELINES = 500
const MINUTES_OF_PIPELINES = 60

/** Of files, for each parser: in a night, and in a run of all tests. */
const MUTATIONS = 200_000
const EVERYDAY_MUTATIONS = 100
const MINUTES_OF_MUTATIONS = 60

/** Whole transfers, all that is left of which is searched for clear bytes and keys, under each scheme. */
const SEARCHES = 20
const MINUTES_OF_SEARCHES = 60

/** How often a set of kill tests kills, over all its engines. */
const KILLS = 300
/** The same for processes with services behind them, and the time that takes: 4 s each on one of two cores, with room. */
const KILLS_OF_PROCESSES = 1000
const MINUTES_OF_KILLS = 120
const INTERRUPTS = 100

const JEST = join(ROOT, 'node_modules/.bin/jest')
const argsOf = (patterns) => [...patterns, '--reporters', 'default', '--json']

/** Properties, many times over. */
const properties = (...patterns) => ({
  args: argsOf(patterns),
  env: { CUSTODY_RUNS: String(RUNS), CUSTODY_RUNS_FACTOR: String(FACTOR) },
  runs: RUNS,
})

/** Files that are changed box by box: 100 a parser each day, and 200,000 a night. */
const mutations = (...patterns) => ({
  args: argsOf(patterns),
  env: { CUSTODY_RUNS_FACTOR: String(MUTATIONS / EVERYDAY_MUTATIONS) },
  runs: MUTATIONS,
  minutes: MINUTES_OF_MUTATIONS,
})

/** Processes that are killed at random moments; no seed brings such a moment back. */
const kills = (...patterns) => ({ args: argsOf(patterns), env: { CUSTODY_KILLS: String(KILLS) }, runs: KILLS })

/** Readers of changed files, each day's number of them brought up to a night's. */
const changedFiles = (pattern, everyday) => ({
  args: argsOf([pattern]),
  env: { CUSTODY_RUNS_FACTOR: String(CHANGED_FILES / everyday) },
  runs: CHANGED_FILES,
  minutes: MINUTES_OF_CHANGED,
})

/** Each answers Jest's results in the file that `--outputFile` names. */
const SETS = {
  'fuzz-messages': properties(
    'packages/core/src/(certificate|revocation|license-revocation)/',
    'packages/core/src/license/(license-response|response-string)',
    'packages/core/src/encoding/read-xml'
  ),
  'fuzz-asf': properties('packages/pipeline/src/asf/'),
  'fuzz-asf-structure': changedFiles('packages/pipeline/src/asf/fuzz.test', EVERYDAY_CHANGED.asf),
  'fuzz-windows-media': changedFiles('packages/adapters/src/systems/windows-media/fuzz.test', EVERYDAY_CHANGED.windowsMedia),
  'fuzz-mp4': properties('packages/pipeline/src/isobmff/'),
  'fuzz-mp4-files': mutations('packages/pipeline/src/isobmff/read/mutated-files.test'),
  'fuzz-avc': properties('packages/pipeline/src/codec/(avc|nal)/'),
  'fuzz-avc-structure': changedFiles('packages/pipeline/src/codec/avc/fuzz.test', EVERYDAY_CHANGED.avc),
  'fuzz-codecs': changedFiles('packages/pipeline/src/codec/fuzz.test', EVERYDAY_CHANGED.codecs),
  'fuzz-hevc-structure': changedFiles('packages/pipeline/src/codec/hevc/fuzz.test', EVERYDAY_CHANGED.hevc),
  'fuzz-hevc': properties('packages/pipeline/src/codec/hevc/hevc-converter'),
  flips: {
    ...properties('packages/core/src/store/sqlite/flipped-bits.test', '--testNamePattern', 'small file'),
    minutes: MINUTES_OF_FLIPS,
  },
  'flips-at-random': properties('packages/core/src/store/sqlite/flipped-bits.test', '--testNamePattern', 'random places'),
  pipelines: {
    args: argsOf(['packages/pipeline/src/testing/laws/pipelines.test']),
    env: { CUSTODY_RUNS_FACTOR: String(PIPELINES / EVERYDAY_PIPELINES) },
    runs: PIPELINES,
    minutes: MINUTES_OF_PIPELINES,
  },
  'nothing-clear': {
    args: argsOf(['packages/adapters/src/transfer/nothing-clear.test']),
    env: { CUSTODY_RUNS_FACTOR: String(SEARCHES) },
    runs: SEARCHES,
    minutes: MINUTES_OF_SEARCHES,
  },
  'kills-store': kills('packages/core/src/store/killed-writers.test'),
  'kills-processes': {
    ...kills('test/processes/killed-processes.test'),
    env: { CUSTODY_KILLS: String(KILLS_OF_PROCESSES) },
    runs: KILLS_OF_PROCESSES,
    minutes: MINUTES_OF_KILLS,
  },
  'interrupts-processes': {
    ...kills('test/processes/interrupted-processes.test'),
    env: { CUSTODY_KILLS: String(INTERRUPTS) },
    runs: INTERRUPTS,
    minutes: MINUTES_OF_KILLS,
  },
  'kills-use': kills('packages/core/src/vault/killed-players.test'),
  evaluation: properties('packages/core/src/license/monotone'),
  explanations: properties('packages/core/src/explain/smallest-change'),
  interleavings: {
    ...properties('packages/services/src/management/interleavings.test'),
    env: { CUSTODY_RUNS_FACTOR: String(INTERLEAVINGS / EVERYDAY_INTERLEAVINGS) },
    runs: INTERLEAVINGS,
  },
}

const git = (...args) => {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}

const commit = () => {
  const id = git('rev-parse', '--short', 'HEAD') || 'none'
  return git('status', '--porcelain', '--untracked-files=no') === '' ? id : `${id} with changes`
}

/** Ends the whole group: Jest's workers would outlive it. */
const endGroup = (child) => {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

const runCommand = ([command, args], env, minutes) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'], detached: true })
    let outOfTime = false
    const timer = setTimeout(() => {
      outOfTime = true
      endGroup(child)
    }, minutes * 60_000)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, outOfTime })
    })
  })

const runSet = async (name, seed) => {
  const scratch = mkdtempSync(join(tmpdir(), 'custody-nightly-'))
  try {
    const file = join(scratch, 'results.json')
    const { args, env: own, runs, minutes: most = MINUTES } = SETS[name]
    const env = { ...process.env, ...own, CUSTODY_SEED: String(seed) }
    console.log(`${name}: seed ${seed}, ${runs} runs, at most ${most} minutes`)
    const started = performance.now()
    const { code, outOfTime } = await runCommand([JEST, [...args, '--testTimeout', String(most * 60_000), '--outputFile', file]], env, most)
    const minutes = (performance.now() - started) / 60_000
    const { numPassedTests = 0, numFailedTests = 0 } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
    const ended = code === 0 && numPassedTests > 0 ? 'passed' : 'FAILED'
    return { passed: numPassedTests, failed: numFailedTests, minutes, result: outOfTime ? 'OUT OF TIME' : ended }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

const main = async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' } } })
  const names = positionals.length > 0 ? positionals : Object.keys(SETS)
  const unknown = names.filter((name) => !Object.hasOwn(SETS, name))
  if (unknown.length > 0) throw new Error(`no set is named ${unknown.join(', ')}; there are ${Object.keys(SETS).join(', ')}`)
  for (const name of names) {
    const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
    const date = new Date().toISOString().slice(0, 10)
    const run = { name, date, commit: commit(), seed, runs: SETS[name].runs, ...(await runSet(name, seed)) }
    const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
    writeFileSync(PAGE, withRun(page, run))
    console.log(`${name}: ${run.result}, ${run.passed} passed, ${run.failed} failed, ${run.minutes.toFixed(1)} minutes, seed ${seed}`)
    if (run.result !== 'passed') process.exitCode = 1
  }
}

await main()
