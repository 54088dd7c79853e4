import { existsSync, writeFileSync } from 'node:fs'

import { protect } from '../command/exported-sample'
import { namesIn } from '../command/folder-contents'
import { loggedData, loggedTypes, runCustody, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 30_000
const CLEAR_KEY = 'e2719d58-a985-b3c9-781a-b030af78d30e'
const ANOTHER_SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95'
const HOUR = 3_600_000

/** Whole seconds, as a rights file has them. */
const fromNow = (milliseconds: number): string => `${new Date(Date.now() + milliseconds).toISOString().slice(0, 19)}Z`

describe('an export that the license does not allow', () => {
  let place: Place

  beforeEach(() => {
    place = createPlace()
  })
  afterAll(removePlaces)

  const guardedUnder = async (rights: object): Promise<string> => {
    const file = place.at('rights.json')
    writeFileSync(file, JSON.stringify(rights))
    await protect(place, place.at('guarded.asf'), { options: ['--rights', file] })
    return place.at('guarded.asf')
  }
  const exportTo = (guarded: string, folder: string): Promise<Outcome> =>
    runCustody(place, ['export', guarded, '-o', place.at(folder), '--to', 'clear-key'])

  const refusedCases: ReadonlyArray<readonly [string, string, object]> = [
    ['EX-3: there is no Copy right', 'EX-3', { rights: [{ action: 'Play' }, { action: 'Backup' }] }],
    ['EX-6: the Copy right names no system', 'EX-6', { rights: [{ action: 'Copy' }] }],
    ['EX-6: its list is empty', 'EX-6', { rights: [{ action: 'Copy', inclusion: [] }] }],
    ['EX-5: the list names another system', 'EX-5', { rights: [{ action: 'Copy', inclusion: [ANOTHER_SYSTEM] }] }],
    [
      'IN-3: the license asks for a newer security version',
      'IN-3',
      { rights: [{ action: 'Copy', inclusion: [CLEAR_KEY] }], minimumSecurityVersion: '2.3' },
    ],
    [
      'the right begins in the future',
      '',
      { rights: [{ action: 'Copy', inclusion: [CLEAR_KEY], from: fromNow(HOUR), until: fromNow(2 * HOUR) }] },
    ],
    ['the right has ended', '', { rights: [{ action: 'Copy', inclusion: [CLEAR_KEY], until: fromNow(-HOUR) }] }],
  ]

  it.each(refusedCases)(
    '%s',
    async (_, rule, rights) => {
      const guarded = await guardedUnder(rights)
      const before = namesIn(place.root)
      const { exit, stdout, stderr } = await exportTo(guarded, 'exported')
      expect(exit).toBe(1)
      expect(stderr).toContain(rule)
      expect(stderr.trim()).toMatch(/\([A-Z]{2}-\d+\)/)
      expect(stdout).toBe('')
      expect(existsSync(place.at('exported'))).toBe(false)
      expect(namesIn(place.root)).toEqual(before)
      const [refused, second] = await loggedData(place, 'ExportRefused')
      expect(second).toBeUndefined()
      expect(JSON.stringify(refused)).toContain(rule)
      expect(refused?.['refusals']).not.toEqual([])
      expect(await loggedTypes(place)).not.toContain('ExportAuthorized')
    },
    LONG
  )

  it(
    'a count of one is used up by one export; the second is refused as exhausted',
    async () => {
      const guarded = await guardedUnder({ rights: [{ action: 'Copy', count: 1, inclusion: [CLEAR_KEY] }] })
      expect(await exportTo(guarded, 'first')).toMatchObject({ exit: 0, stderr: '' })
      const second = await exportTo(guarded, 'second')
      expect(second.exit).toBe(1)
      expect(second.stderr).toMatch(/\([A-Z]{2}-\d+\)/)
      expect(existsSync(place.at('second'))).toBe(false)
      const [refused] = await loggedData(place, 'ExportRefused')
      expect(JSON.stringify(refused)).toContain('Exhausted')
    },
    LONG
  )

  it(
    'leaves no folders that it made on the way to its target',
    async () => {
      const guarded = await guardedUnder({ rights: [{ action: 'Play' }] })
      const before = namesIn(place.root)
      const { exit } = await runCustody(place, ['export', guarded, '-o', place.at('new', 'deep', 'exported'), '--to', 'clear-key'])
      expect(exit).toBe(1)
      expect(namesIn(place.root)).toEqual(before)
    },
    LONG
  )

  it(
    'content of another home has no license here',
    async () => {
      const guarded = await guardedUnder({ rights: [{ action: 'Copy', inclusion: [CLEAR_KEY] }] })
      const other = place.withHome('other')
      const { exit, stderr } = await runCustody(other, ['export', guarded, '-o', place.at('exported'), '--to', 'clear-key'])
      expect(exit).toBe(1)
      expect(stderr).toContain('license')
      expect(stderr).toMatch(/\([A-Z]{2}-\d+\)/)
      expect(existsSync(place.at('exported'))).toBe(false)
      expect(await loggedTypes(other)).toContain('ExportRefused')
    },
    LONG
  )

  it(
    'with --json the refusal is an event on standard output, and there is no result',
    async () => {
      const guarded = await guardedUnder({ rights: [{ action: 'Play' }] })
      const words = ['--json', 'export', guarded, '-o', place.at('exported'), '--to', 'clear-key']
      const { exit, lines } = await runCustody(place, words)
      expect(exit).toBe(1)
      expect(lines.map((line) => (JSON.parse(line) as { readonly type: string }).type)).toEqual(['ExportRefused'])
    },
    LONG
  )
})
