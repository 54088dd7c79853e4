import { statSync } from 'node:fs'
import { join } from 'node:path'

import { namesIn } from '../command/folder-contents'
import { COMMAND, environmentOf, jsonLines, outcomeOf, REPOSITORY, runCustody, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'

const LONG = 60_000
const LONGEST_TOUR = 30_000

describe('the tour', () => {
  let place: Place
  let toured: Outcome
  let took: number

  beforeAll(async () => {
    place = createPlace()
    const began = performance.now()
    toured = await runCustody(place, ['tour', '--out', place.at('tour')])
    took = performance.now() - began
  }, LONG)
  afterAll(removePlaces)

  /** Runs a line that the tour printed, as a shell in the checkout would; `npx` is left out to save its start. */
  const shell = async (line: string): Promise<Outcome> => {
    const direct = line.replace('npx --no-install custody', `"${process.execPath}" "${COMMAND}"`)
    return outcomeOf(await runProgram('sh', ['-c', direct], { cwd: REPOSITORY, env: environmentOf(place) }))
  }
  const printed = (word: string): string => {
    const found = toured.lines.find((line) => line.startsWith('  ') && line.includes(word))
    if (found === undefined) throw new Error(`the tour prints no command with ${word}`)
    return found.trim()
  }

  it('runs to its end without a question, within 30 s', () => {
    expect(toured.exit).toBe(0)
    // Each notice is shown, and what stands between them is the warning of the authority's place.
    expect(toured.stderr).toContain('Security upgrade of this computer')
    expect(toured.stderr).toContain('Restore of licenses from a backup')
    expect(took).toBeLessThan(LONGEST_TOUR)
    expect(toured.stdout).toContain(place.at('tour'))
  })

  it('leaves the home of its user alone', () => {
    expect(statSync(place.home, { throwIfNoEntry: false })).toBeUndefined()
    expect(statSync(place.machine, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('prints a command that shows what happened', async () => {
    const { exit, stdout, stderr } = await shell(printed('events'))
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    for (const type of ['ConsentRecorded', 'IndividualizationSucceeded', 'LicenseRestored', 'ExportAuthorized', 'ExportEnded']) expect(stdout).toContain(type)
  }, LONG)

  it('prints a command that shows the keys', async () => {
    const { exit, lines } = await shell(printed('keys reveal'))
    expect(exit).toBe(0)
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toMatch(/^[0-9a-f]{32}:[0-9a-f]{32}$/)
  }, LONG)

  whenInstalled('ffmpeg').it(
    'prints a command that plays the result, once KEY is replaced',
    async () => {
      const [key = ''] = (await shell(printed('keys reveal'))).lines[0]?.split(':').slice(1) ?? []
      const { exit, stderr } = await shell(`${printed('ffmpeg').replace('KEY', key)} -v error`.replace('ffmpeg ', 'ffmpeg -v error '))
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    },
    LONG
  )

  it('is found through npx in a checkout', async () => {
    const words = ['--no-install', 'custody', '--version']
    const env = { ...environmentOf(place), npm_config_update_notifier: 'false' }
    const { exit, stdout } = await runProgram('npx', words, { cwd: REPOSITORY, env })
    expect(exit).toBe(0)
    expect(stdout.toString('utf8')).toMatch(/^\d+\.\d+\.\d+\n$/)
  }, LONG)

  it('without --out writes to a new temporary folder and prints its place', async () => {
    const { exit, stdout } = await runCustody(place, ['tour'])
    expect(exit).toBe(0)
    const made = namesIn(place.temporary)
    expect(made).toHaveLength(1)
    expect(stdout).toContain(join(place.temporary, made[0] ?? ''))
  }, LONG)

  it('with --json prints one object a line', async () => {
    const outcome = await runCustody(place, ['--json', 'tour', '--out', place.at('json')])
    expect(outcome.exit).toBe(0)
    expect(jsonLines(outcome).at(-1)).toMatchObject({ type: 'Result' })
  }, LONG)

  it('runs twice into the same folder, or says why not', async () => {
    const { exit, stderr } = await runCustody(place, ['tour', '--out', place.at('tour')])
    expect([0, 1]).toContain(exit)
    if (exit === 1) expect(stderr).toMatch(/not empty/)
  }, LONG)
})
