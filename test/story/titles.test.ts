import { readFileSync } from 'node:fs'

import { filesBelow } from '../command/folder-contents'
import { custody, jsonLines, loggedTypes, runCustody, SAMPLE } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const KEY_ID = 'ab'.repeat(16)
const CANARY = 'Canary Tïtle 4711'

/** Names of the files of a home, its log included, that hold a text. */
const holding = (place: Place, text: string | Buffer): ReadonlyArray<string> =>
  [...filesBelow(place.home)].filter(([, bytes]) => bytes.includes(text)).map(([name]) => name)

describe('titles', () => {
  let place: Place
  beforeEach(() => {
    place = createPlace()
  })
  afterAll(removePlaces)

  it(
    'licenses title names a key ID and forgets the name again; the text is in no file of the home',
    async () => {
      const set = await runCustody(place, ['licenses', 'title', KEY_ID, CANARY])
      expect(set).toMatchObject({ exit: 0, stdout: `${KEY_ID} is called "${CANARY}"\n`, stderr: '' })
      expect(holding(place, CANARY)).toEqual([])
      const erased = jsonLines(await custody(place, '--json', 'licenses', 'title', KEY_ID, '--erase'))
      expect(erased.map(({ type }) => type)).toEqual(['SubjectErased', 'Result'])
      const again = await runCustody(place, ['licenses', 'title', KEY_ID, '--erase'])
      expect(again).toMatchObject({ exit: 0, stdout: `${KEY_ID} has no title\n` })
      expect((await loggedTypes(place)).filter((type) => /Title|Subject/.test(type))).toEqual(['TitleSet', 'SubjectErased'])
    },
    LONG
  )

  it(
    'protect --title names the key ID too, sealed: the text is in the file that it makes and nowhere in the home',
    async () => {
      const guarded = place.at('guarded.asf')
      const made = await custody(place, '--json', 'protect', SAMPLE, '-o', guarded, '--key-id', KEY_ID, '--title', CANARY)
      expect(jsonLines(made).map(({ type }) => type)).toContain('TitleSet')
      expect(made.stdout).not.toContain('Canary')
      expect(readFileSync(guarded).includes(Buffer.from(CANARY, 'utf16le'))).toBe(true)
      expect((await custody(place, 'licenses')).stdout).toContain(CANARY)
      for (const text of [CANARY, Buffer.from(CANARY, 'utf16le')]) expect(holding(place, text)).toEqual([])
    },
    LONG
  )

  it.each([
    ['no text', [KEY_ID]],
    ['a text and --erase', [KEY_ID, 'x', '--erase']],
    ['a key ID that is none', ['xyz', 'x']],
    ['an empty text', [KEY_ID, '']],
    ['a control character', [KEY_ID, 'a\u001b[2Jb']],
    ['more than 256 characters', [KEY_ID, 'a'.repeat(257)]],
  ])(
    'licenses title with %s is wrong use',
    async (_, words) => {
      const { exit, stdout, stderr } = await runCustody(place, ['licenses', 'title', ...words])
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
      expect(stderr).toContain('Usage: custody licenses title')
      expect(stderr).not.toContain('\u001b[2J')
    },
    LONG
  )

  it(
    'protect --title with a text that is no title is wrong use, before anything is stored',
    async () => {
      const words = ['protect', SAMPLE, '-o', place.at('guarded.asf'), '--title', 'a\nb']
      const { exit, stderr } = await runCustody(place, words)
      expect(exit).toBe(2)
      expect(stderr).toContain('--title: expected no control characters')
      expect(await loggedTypes(place)).not.toContain('LicenseStored')
    },
    LONG
  )
})
