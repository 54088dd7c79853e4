import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'

import { COMMAND, environmentOf, outcomeOf, REPOSITORY, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const BUNDLE = join(REPOSITORY, 'packages', 'cli', 'dist', 'custody.js')
const REPORT = join(REPOSITORY, 'test', 'command', 'report-modules.cjs')
const LONG = 30_000

describe('the bundled command', () => {
  let place: Place

  beforeAll(() => {
    place = createPlace()
  })
  afterAll(removePlaces)

  const reported = async (...words: ReadonlyArray<string>): Promise<Outcome> =>
    outcomeOf(await runProgram(process.execPath, ['--require', REPORT, COMMAND, ...words], { env: environmentOf(place) }))

  it('needs the engine of the log beside it, what the services alone load, and nothing else', () => {
    const names = [...readFileSync(BUNDLE, 'utf8').matchAll(/\brequire\("([^"./][^"]*)"\)/g)].map(([, name]) => name ?? '')
    expect([...new Set(names)].filter((name) => !isBuiltin(name)).sort()).toEqual(['fastify', 'libsql', 'prom-client'])
  })

  it('tells its version without the engine of the log, which a list loads', async () => {
    const version = await reported('--version')
    expect(version.exit).toBe(0)
    expect(version.stderr).toContain('loaded: ')
    expect(version.stderr).not.toMatch(/loaded: (libsql|pg|fastify|prom-client)\b/)
    const list = await reported('licenses')
    expect(list.exit).toBe(0)
    expect(list.stderr).toContain('loaded: libsql')
    expect(list.stderr).not.toMatch(/loaded: (pg|fastify|prom-client)\b/)
  }, LONG)
})
