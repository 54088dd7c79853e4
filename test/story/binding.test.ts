import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { jsonLines, loggedData, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const WORD = 'canary of the seventh valley'

describe('binding a home', () => {
  let place: Place
  let word: string
  let film = 0
  beforeEach(() => {
    place = createPlace()
    word = place.at('passphrase')
    writeFileSync(word, `${WORD}\n`)
  })
  afterAll(removePlaces)

  const protect = (options: Parameters<typeof runCustody>[2] = {}): Promise<Outcome> =>
    runCustody(place, ['protect', SAMPLE, '-o', place.at(`film-${String((film += 1))}.asf`)], options)
  const withFile = (file: string) => ({ env: { CUSTODY_PASSPHRASE_FILE: file } })
  const holding = (folder: string, text: string): ReadonlyArray<string> =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => statSync(join(folder, name)).isFile() && readFileSync(join(folder, name)).includes(text)
    )

  it('a home with a passphrase opens with it and not without, and takes its keys along', async () => {
    expect((await protect()).exit).toBe(0)
    const set = await runCustody(place, ['binding', 'set', '--passphrase', word, '--json'])
    expect(set).toMatchObject({ exit: 0, stderr: '' })
    expect(jsonLines(set).at(-1)).toEqual({ type: 'Result', factors: ['machine-file', 'passphrase'] })
    const shown = await runCustody(place, ['binding', '--json'])
    expect(jsonLines(shown).map(({ factor }) => factor)).toEqual(['machine-file', 'passphrase'])

    const without = await protect()
    expect(without.exit).toBe(1)
    expect(without.stderr).toContain('CUSTODY_PASSPHRASE_FILE')
    const other = place.at('other-passphrase')
    writeFileSync(other, 'another\n')
    const wrong = await protect(withFile(other))
    expect(wrong.exit).toBe(1)
    expect(wrong.stderr).toMatch(/the passphrase is wrong, or .*master\.jwe is damaged/)
    const missing = await protect(withFile(place.at('nowhere')))
    expect(missing.exit).toBe(1)
    expect(missing.stderr).toContain('ENOENT')
    expect((await protect(withFile(word))).exit).toBe(0)
    // What opens no key needs none.
    expect((await runCustody(place, ['licenses'])).exit).toBe(0)

    expect((await runCustody(place, ['binding', 'set'], withFile(word))).exit).toBe(0)
    expect((await protect()).exit).toBe(0)
    expect(await loggedData(place, 'HomeBindingChanged')).toEqual([
      { factors: ['machine-file', 'passphrase'] },
      { factors: ['machine-file'] },
    ])
    expect(holding(place.home, WORD)).toEqual([])
    for (const { stdout, stderr } of [set, shown, without, wrong]) expect(stdout + stderr).not.toContain(WORD)
  }, LONG)

  it('IN-18: without the machine file the passphrase alone opens it elsewhere, and only it', async () => {
    expect((await protect()).exit).toBe(0)
    expect((await runCustody(place, ['binding', 'set', '--no-machine-file', '--passphrase', word])).exit).toBe(0)
    const elsewhere = { CUSTODY_MACHINE: place.at('other-machine') }
    expect((await protect({ env: elsewhere })).exit).toBe(1)
    expect((await protect({ env: { ...elsewhere, CUSTODY_PASSPHRASE_FILE: word } })).exit).toBe(0)
  }, LONG)

  it('refuses what keeps nothing secret, and to ask where nobody answers', async () => {
    expect((await protect()).exit).toBe(0)
    const bare = await runCustody(place, ['binding', 'set', '--no-machine-file', '--os-installation'])
    expect(bare.exit).toBe(2)
    expect(bare.stderr).toContain('passphrase')
    const unasked = await runCustody(place, ['binding', 'set', '--passphrase'])
    expect(unasked.exit).toBe(1)
    expect(unasked.stderr).toContain('terminal')
    expect((await protect()).exit).toBe(0)
  }, LONG)

  it('BR-29: binds to the installation of the system where that has a name, and says so where not', async () => {
    const has = ['/etc/machine-id', '/var/lib/dbus/machine-id'].some((file) => existsSync(file) && /^[0-9a-f]{32}\n?$/.test(readFileSync(file, 'latin1')))
    const bound = await runCustody(place, ['binding', 'set', '--os-installation'])
    expect(bound.exit).toBe(has ? 0 : 1)
    if (!has) expect(bound.stderr).toContain('os-installation')
    expect((await protect()).exit).toBe(0)
  }, LONG)
})
