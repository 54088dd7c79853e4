import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

import { filesBelow } from '../command/folder-contents'
import { formsFoundIn } from '../command/key-forms'
import { jsonLines, loggedData, loggedTypes, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
/** A content key that nothing else has. */
const CANARY = createHash('sha256').update('a key that must not be found').digest().subarray(0, 16)
const SEED = createHash('sha256').update('a seed that must not be found').digest().subarray(0, 30)

describe('keys stay out of sight', () => {
  let place: Place
  let spoken: ReadonlyArray<readonly [string, Outcome]>
  let keyId: string
  let exportKeys: ReadonlyArray<Buffer>
  let reveals: Outcome

  beforeAll(async () => {
    place = createPlace()
    writeFileSync(place.at('key'), CANARY.toString('hex'))
    writeFileSync(place.at('seed'), SEED.toString('base64'))
    const said: Array<readonly [string, Outcome]> = []
    const run = async (...words: ReadonlyArray<string>): Promise<Outcome> => {
      const outcome = await runCustody(place, words)
      said.push([words.join(' '), outcome])
      return outcome
    }
    const guarded = place.at('guarded.asf')
    const made = await run('--json', 'protect', SAMPLE, '-o', guarded, '--key-file', place.at('key'))
    keyId = String(jsonLines(made).at(-1)?.['keyId'])
    await run('protect', SAMPLE, '-o', place.at('seeded.asf'), '--key-seed-file', place.at('seed'))
    await run('export', guarded, '-o', place.at('exported'), '--to', 'clear-key')
    await run('--json', 'export', guarded, '-o', place.at('again'), '--to', 'clear-key')
    await run('export', guarded, '-o', place.at('exported'), '--to', 'clear-key')
    await run('inspect', guarded)
    await run('inspect', '--json', guarded)
    await run('licenses')
    await run('licenses', '--json')
    await run('licenses', 'show', String(jsonLines(made).at(-1)?.['licenseId']))
    await run('licenses', 'show', '--json', String(jsonLines(made).at(-1)?.['licenseId']))
    await run('events')
    await run('events', '--json')
    await run('keys', 'reveal', keyId)
    await run('protect', SAMPLE, '-o', guarded, '--key-file', guarded)
    reveals = await runCustody(place, ['keys', 'reveal', place.at('exported'), '--yes'])
    exportKeys = reveals.lines.map((line) => Buffer.from(line.split(':')[1] ?? '', 'hex'))
    spoken = said
  }, LONG)
  afterAll(removePlaces)

  it('the key of the file is what protected it, and is shown only by keys reveal', async () => {
    const { exit, stdout, stderr } = await runCustody(place, ['keys', 'reveal', keyId, '--yes'])
    expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: `${keyId}:${CANARY.toString('hex')}\n`, stderr: '' })
  }, LONG)

  it('no command but keys reveal prints a key in any form', () => {
    expect(spoken.length).toBeGreaterThan(10)
    for (const [words, { stdout, stderr }] of spoken) {
      for (const key of [CANARY, SEED, ...exportKeys]) {
        const found = [...formsFoundIn(Buffer.from(stdout), key), ...formsFoundIn(Buffer.from(stderr), key)]
        expect({ words, found }).toEqual({ words, found: [] })
      }
    }
  })

  it('no file has a key in any form: home, log, machine, protected file, export folder, temporary files', () => {
    const files = [...filesBelow(place.root)].filter(([name]) => name !== 'key' && name !== 'seed')
    expect(files.map(([name]) => name)).toEqual(expect.arrayContaining(['home/events.db', 'guarded.asf', 'exported/video.mp4']))
    expect(exportKeys).toHaveLength(2)
    for (const [name, bytes] of files) {
      for (const key of [CANARY, SEED, ...exportKeys]) {
        expect({ name, found: formsFoundIn(bytes, key) }).toEqual({ name, found: [] })
      }
    }
  })

  it('the search would find a key', () => {
    expect(formsFoundIn(readFileSync(place.at('key')), CANARY)).toEqual(['hex'])
    expect(formsFoundIn(readFileSync(place.at('seed')), SEED)).toContain('base64')
    expect(formsFoundIn(Buffer.from(CANARY.toString('base64'), 'utf16le'), CANARY)).toContain('base64 in UTF-16')
    expect(formsFoundIn(Buffer.concat([Buffer.alloc(7), CANARY]), CANARY)).toEqual(['raw'])
  })

  it('keys reveal prints kid:key lines of the export, one a key, and nothing else', () => {
    expect(reveals).toMatchObject({ exit: 0, stderr: '' })
    expect(reveals.stdout).toMatch(/^([0-9a-f]{32}:[0-9a-f]{32}\n){2}$/)
    const { tracks } = JSON.parse(readFileSync(place.at('exported', 'export.json'), 'utf8')) as {
      readonly tracks: ReadonlyArray<{ readonly keyId: string }>
    }
    expect(reveals.lines.map((line) => line.split(':')[0])).toEqual(tracks.map((track) => track.keyId))
  })

  it('keys reveal asks first: without a terminal and without --yes it is refused, and nothing is recorded', async () => {
    const before = (await loggedTypes(place)).filter((type) => type === 'KeysRevealed').length
    const { exit, stdout, stderr } = await runCustody(place, ['keys', 'reveal', place.at('exported')], { input: Buffer.from('y\n') })
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toContain('--yes')
    expect((await loggedTypes(place)).filter((type) => type === 'KeysRevealed')).toHaveLength(before)
  }, LONG)

  it('keys reveal is recorded with the key IDs, before anything is shown', async () => {
    const { tracks } = JSON.parse(readFileSync(place.at('exported', 'export.json'), 'utf8')) as {
      readonly tracks: ReadonlyArray<{ readonly keyId: string }>
    }
    const ids = tracks.map((track) => track.keyId)
    const recorded = await loggedData(place, 'KeysRevealed')
    expect(recorded.map((data) => JSON.stringify(data)).filter((text) => ids.every((id) => text.includes(id)))).toHaveLength(1)
  }, LONG)

  it('keys reveal knows only keys of this home: exit 1 for others', async () => {
    const other = place.withHome('stranger')
    for (const what of [keyId, place.at('exported')]) {
      const { exit, stdout } = await runCustody(other, ['keys', 'reveal', what, '--yes'])
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    }
  }, LONG)
})
