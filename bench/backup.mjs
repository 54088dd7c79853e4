/**
 * Measures backup and restore with client and services in processes of their own. Writes docs/reference/backup-performance.md.
 *
 * usage: node bench/backup.mjs [--licenses 100000] [--few 10000] [--rounds 3] [--clients 50] [--each 200] [--no-page]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { countedComputers } from './backup/counted.mjs'
import { backupPage } from './backup/page.mjs'
import { startService } from './backup/run-service.mjs'
import { WORK } from './make-media.mjs'
import { startPostgres } from './vault/postgres.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const PAGE = join(HERE, '..', 'docs', 'reference', 'backup-performance.md')
const MOST_OUTPUT = 2 ** 20

const commit = () => execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: HERE, encoding: 'utf8' }).trim()

const step = (name, request) => {
  console.error(`  ${name} ${request.count}`)
  const ran = spawnSync(process.execPath, [join(HERE, 'backup', 'step.mjs'), name, JSON.stringify(request)], {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (ran.status !== 0) throw new Error(`${name} ended with ${ran.status}`)
  return JSON.parse(ran.stdout)
}

/** Instances for one piece of work. */
const withServices = async (options, count, work) => {
  const services = []
  for (let number = 0; number < count; number++) services.push(await startService(options))
  const answer = await work(services.map(({ address }) => address))
  const figures = []
  for (const { stop } of services) figures.push(await stop())
  return { answer, figures }
}

const measureScale = async (folder, count, rounds) => {
  const place = join(folder, `scale-${count}`)
  mkdirSync(place)
  const authority = { directory: join(place, 'authority') }
  const directory = join(place, 'backup')
  await withServices(authority, 1, async ([service]) => step('fill', { folder: place, name: 'source', service, count }))
  const measured = []
  for (let round = 0; round < rounds; round++) {
    const { answer, figures } = await withServices(authority, 1, async ([service]) => {
      const backup = step('backup', { folder: place, name: 'source', service, count, directory })
      const target = join(place, `target-${round}`)
      mkdirSync(target)
      return { backup, restore: step('restore', { folder: target, name: 'home', service, count, directory }) }
    })
    measured.push({ ...answer, service: figures[0] })
  }
  return { count, rounds: measured }
}

const measureCrowd = async (folder, { clients, each: count }, address) => {
  const place = join(folder, 'crowd')
  mkdirSync(place)
  for (let number = 0; number < clients; number++) mkdirSync(join(place, `client-${number}`))
  const authority = { directory: join(place, 'authority'), address, schema: 'crowd' }
  const directory = join(place, 'backup')
  const { answer } = await withServices(authority, 2, async (services) => {
    step('fill', { folder: place, name: 'source', service: services[0], count })
    step('backup', { folder: place, name: 'source', service: services[0], count, directory })
    return step('crowd', { folder: place, services, clients, count, directory })
  })
  return { ...answer, clients, count, counted: await countedComputers(authority) }
}

/** Where the server's own user can go, which it cannot below the folder of a run. */
const serverFolder = () => join(tmpdir(), `custody-bench-${process.pid}`)

const main = async () => {
  const { values } = parseArgs({
    options: {
      licenses: { type: 'string', default: '100000' },
      few: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '3' },
      clients: { type: 'string', default: '50' },
      each: { type: 'string', default: '200' },
      'no-page': { type: 'boolean', default: false },
    },
  })
  const load = loadavg()[0]
  mkdirSync(WORK, { recursive: true })
  const folder = mkdtempSync(join(WORK, 'backup-'))
  const server = await startPostgres(serverFolder())
  try {
    if (server.failure !== undefined) throw new Error(server.failure)
    const few = await measureScale(folder, Number(values.few), 1)
    const many = await measureScale(folder, Number(values.licenses), Number(values.rounds))
    const crowd = await measureCrowd(folder, { clients: Number(values.clients), each: Number(values.each) }, server.address)
    const page = backupPage({ few, many, crowd, load, date: new Date().toISOString().slice(0, 10), commit: commit() })
    console.log(page)
    if (!values['no-page']) writeFileSync(PAGE, page)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
