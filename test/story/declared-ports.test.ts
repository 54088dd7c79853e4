import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { exportSample, type ExportedSample } from '../command/exported-sample'
import { namesIn } from '../command/folder-contents'
import { COMMAND, environmentOf, loggedTypes, outcomeOf, REPOSITORY, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const REPORT = join(REPOSITORY, 'test', 'command', 'report-ports.cjs')

/** What a breach is tried with, in the process of the command, before the command begins. */
const BREACHES: Readonly<Record<string, string>> = {
  'a child process': "require('node:child_process').spawnSync('true')",
  'a thread': "new (require('node:worker_threads').Worker)('', { eval: true })",
  'a file elsewhere': "require('node:fs').readFileSync('/etc/hostname')",
  'writing elsewhere': "require('node:fs').writeFileSync(process.env.ELSEWHERE, 'x')",
}

describe('R20: an export uses the declared places and nothing else', () => {
  let place: Place
  let made: ExportedSample
  let target: string

  beforeAll(async () => {
    place = createPlace()
    made = await exportSample(place)
    target = place.at('allowed', 'exported')
    mkdirSync(dirname(target))
    mkdirSync(place.at('elsewhere'))
  }, LONG)
  afterAll(removePlaces)

  /** Node's permission model, with the program itself, the home, the machine secret, the input and the target. */
  const permissions = (): ReadonlyArray<string> => {
    const code = [join(REPOSITORY, 'packages', 'cli'), realpathSync(join(REPOSITORY, 'node_modules')), join(REPOSITORY, 'test', 'command')]
    const own = [place.home, place.machine, `${place.machine}.d`, dirname(target)]
    // A folder that is there counts with all below it. Node 20 fails on a path that is the beginning of an earlier one.
    const sorted = (paths: ReadonlyArray<string>): ReadonlyArray<string> => [...paths].sort()
    return [
      '--experimental-permission',
      '--allow-addons',
      ...sorted([...code, ...own, made.guarded, place.at('breach.cjs')]).map((path) => `--allow-fs-read=${path}`),
      ...sorted(own).map((path) => `--allow-fs-write=${path}`),
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
    ]
  }

  const run = async (node: ReadonlyArray<string>, words: ReadonlyArray<string>): Promise<Outcome> =>
    outcomeOf(
      await runProgram(process.execPath, [...node, COMMAND, ...words], {
        cwd: dirname(target),
        env: { ...environmentOf(place), ELSEWHERE: place.at('elsewhere', 'file') },
      })
    )
  const exporting = (folder: string): ReadonlyArray<string> => ['export', made.guarded, '-o', folder, '--to', 'clear-key']

  it(
    'works under the permission flag of Node, without another process and without a network',
    async () => {
      const outcome = await run([...permissions(), '--require', REPORT], exporting(target))
      expect(outcome).toMatchObject({ exit: 0, stderr: '' })
      expect(namesIn(target)).toEqual(namesIn(made.folder))
      expect(namesIn(place.temporary)).toEqual([])
      expect(await loggedTypes(place)).toContain('ExportEnded')
    },
    LONG
  )

  it(
    'fails as the outside world does where its target is not among the declared places',
    async () => {
      const folder = place.at('elsewhere', 'exported')
      const { exit, stderr } = await run(permissions(), exporting(folder))
      expect(exit).toBe(4)
      expect(stderr).toMatch(/^custody: cannot /)
      expect(stderr).not.toMatch(/\n\s+at /)
      expect(namesIn(place.at('elsewhere'))).toEqual([])
    },
    LONG
  )

  it.each(Object.entries(BREACHES))(
    'the flag is what forbids it: %s is denied',
    async (_, code) => {
      writeFileSync(place.at('breach.cjs'), `${code}\n`)
      const { exit, stderr } = await run([...permissions(), '--require', place.at('breach.cjs')], ['--version'])
      expect(exit).not.toBe(0)
      expect(stderr).toContain('ERR_ACCESS_DENIED')
      expect(namesIn(place.at('elsewhere'))).toEqual([])
    },
    LONG
  )

  it(
    'the report sees another process and a network',
    async () => {
      const code = [
        "require('node:child_process').spawnSync('true')",
        "require('node:net').connect(9, '127.0.0.1').on('error', () => undefined)",
        "require('node:dns').lookup('localhost', () => undefined)",
      ]
      writeFileSync(place.at('breach.cjs'), code.join('\n'))
      const { stderr } = await run(['--require', REPORT, '--require', place.at('breach.cjs')], ['--version'])
      for (const used of ['child_process.spawnSync', 'net.Socket.connect', 'dns.lookup']) expect(stderr).toContain(`used: ${used}`)
    },
    LONG
  )
})
