/**
 * Measures the vault: storing beside bare verification and bare appending, and what questions cost as it grows. Writes
 * docs/reference/vault-performance.md; an engine that is not measured keeps its section there.
 *
 * usage: node bench/vault.mjs [--licenses 1000000] [--few 10000] [--rate 100000] [--rounds 3] [--engine NAME] [--no-page]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { WORK } from './make-media.mjs'
import { startPostgres } from './vault/postgres.mjs'
import { vaultPage } from './vault/page.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const PAGE = join(HERE, '..', 'docs', 'reference', 'vault-performance.md')
/** What is measured. */
const commit = () => execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: HERE, encoding: 'utf8' }).trim()

const MOST_OUTPUT = 64 * 2 ** 20

const step = (name, request) => {
  console.error(`  ${name} ${request.name ?? ''} ${request.count ?? ''}`)
  const ran = spawnSync(process.execPath, [join(HERE, 'vault', 'step.mjs'), name, JSON.stringify(request)], {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (ran.status !== 0) throw new Error(`${name} ended with ${ran.status}`)
  return JSON.parse(ran.stdout)
}

const scaleOf = (place, name, count) => {
  const request = { ...place, name, count }
  return {
    count,
    fill: step('fill', request),
    query: step('query', request),
    explanations: step('explanations', request),
    replay: step('replay', request),
  }
}

const measureEngine = (engine, place, { rate, rounds, few, many }) => {
  console.error(engine)
  return {
    engine,
    rates: step('rates', { ...place, count: rate, rounds }),
    few: scaleOf(place, 'few', few),
    many: scaleOf(place, 'many', many),
  }
}

/** Where the server's own user can go, which it cannot below the folder of a run. */
const serverFolder = () => join(tmpdir(), `custody-bench-${process.pid}`)

const main = async () => {
  const { values } = parseArgs({
    options: {
      licenses: { type: 'string', default: '1000000' },
      few: { type: 'string', default: '10000' },
      rate: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '3' },
      engine: { type: 'string', multiple: true, default: ['SQLite', 'PostgreSQL'] },
      'no-page': { type: 'boolean', default: false },
    },
  })
  const sizes = { rate: Number(values.rate), rounds: Number(values.rounds), few: Number(values.few), many: Number(values.licenses) }
  const load = loadavg()[0]
  mkdirSync(WORK, { recursive: true })
  const folder = mkdtempSync(join(WORK, 'vault-'))
  const server = values.engine.includes('PostgreSQL') ? await startPostgres(serverFolder()) : undefined
  try {
    if (server?.failure !== undefined) throw new Error(server.failure)
    const measured = values.engine.map((engine) => {
      const place = join(folder, engine.toLowerCase())
      mkdirSync(place)
      return measureEngine(engine, { folder: place, ...(engine === 'PostgreSQL' && { address: server.address }) }, sizes)
    })
    const run = { load, date: new Date().toISOString().slice(0, 10), rounds: sizes.rounds, commit: commit() }
    const page = vaultPage(
      measured.map((one) => ({ ...one, ...run })),
      existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
    )
    console.log(page)
    if (!values['no-page']) writeFileSync(PAGE, page)
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
