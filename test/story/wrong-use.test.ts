import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { namesIn } from '../command/folder-contents'
import { REPOSITORY, runCustody, SAMPLE } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 30_000

describe('the command line, used wrongly', () => {
  let place: Place

  beforeAll(() => {
    place = createPlace()
    writeFileSync(place.at('key'), '000102030405060708090a0b0c0d0e0f\n')
    mkdirSync(place.at('work'))
  })
  afterAll(removePlaces)

  const wrong: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ['no command', []],
    ['an unknown command', ['protekt']],
    ['an unknown option', ['inspect', '--verbose', SAMPLE]],
    ['no input', ['protect', '-o', 'out.asf']],
    ['no output', ['protect', SAMPLE]],
    ['one argument too many', ['inspect', SAMPLE, SAMPLE]],
    ['an option without its value', ['protect', SAMPLE, '-o']],
    ['no system', ['export', SAMPLE, '-o', 'out']],
    ['an unknown system', ['export', SAMPLE, '-o', 'out', '--to', 'no-such-system']],
    ['an unknown scheme', ['export', SAMPLE, '-o', 'out', '--to', 'clear-key', '--scheme', 'rot13']],
    ['a key ID that is none', ['protect', SAMPLE, '-o', 'out.asf', '--key-id', 'xyz']],
    ['a key ID that is too short', ['protect', SAMPLE, '-o', 'out.asf', '--key-id', '00112233']],
    ['a key and a seed', ['protect', SAMPLE, '-o', 'out.asf', '--key-file', 'key', '--key-seed-file', 'key']],
    ['a position that is no number', ['events', '--since', 'yesterday']],
    ['no subcommand of keys', ['keys']],
    ['an unknown subcommand of licenses', ['licenses', 'lst']],
    ['an unknown subcommand of revocation', ['revocation', 'shw']],
    ['something that has no keys', ['keys', 'reveal', 'absent', '--yes']],
  ]

  it.each(wrong)(
    '%s: exit 2, the usage on standard error, nothing on standard output',
    async (_, words) => {
      const { exit, stdout, stderr } = await runCustody(place, words, { cwd: place.at('work') })
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
      expect(stderr).toMatch(/usage: /i)
      expect(namesIn(place.at('work'))).toEqual([])
    },
    LONG
  )

  it.each([
    ['licenses', 'lst'],
    ['revocation', 'shw'],
  ])(
    '%s %s: says that there is no such subcommand, and which there are',
    async (group, word) => {
      const { stderr } = await runCustody(place, [group, word])
      expect(stderr).toContain(`unknown command '${word}'`)
      expect(stderr).toContain(`Usage: custody ${group} [options] [command]`)
    },
    LONG
  )

  it(
    'input and output are one file: exit 2, and the file is untouched, by its own name and by another',
    async () => {
      const file = place.at('only.asf')
      writeFileSync(file, readFileSync(SAMPLE))
      for (const name of [file, place.at('work', '..', 'only.asf')]) {
        const { exit, stdout } = await runCustody(place, ['protect', file, '-o', name])
        expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
        expect(readFileSync(file).equals(readFileSync(SAMPLE))).toBe(true)
      }
    },
    LONG
  )

  it.each([[['--help']], [['help']], [['protect', '--help']], [['export', '-h']], [['keys', 'reveal', '--help']]])(
    '%j: exit 0, the usage on standard output',
    async (words) => {
      const { exit, stdout, stderr } = await runCustody(place, words)
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: custody/)
    },
    LONG
  )

  it(
    'every command of the help has a help of its own',
    async () => {
      const { stdout } = await runCustody(place, ['--help'])
      const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name ?? '').filter((name) => name !== 'help')
      expect(names).toEqual(expect.arrayContaining(['protect', 'export', 'licenses', 'events']))
      for (const name of names) {
        const { exit, stdout: help, stderr } = await runCustody(place, [name, '--help'])
        expect({ name, exit, stderr }).toEqual({ name, exit: 0, stderr: '' })
        expect(help.split('\n')[0]).toMatch(new RegExp(`^Usage: custody ${name}( |$)`))
      }
    },
    LONG
  )

  it('--version: exit 0, the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'packages', 'cli', 'package.json'), 'utf8')) as {
      readonly version: string
    }
    expect(await runCustody(place, ['--version'])).toMatchObject({ exit: 0, stdout: `${version}\n`, stderr: '' })
  })

  it(
    'global options stand before or after the command',
    async () => {
      const before = await runCustody(place, ['--json', 'inspect', SAMPLE])
      const after = await runCustody(place, ['inspect', SAMPLE, '--json'])
      expect(before.exit).toBe(0)
      expect(after).toEqual(before)
    },
    LONG
  )
})
