import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'

import { protect } from '../command/exported-sample'
import { custody, jsonLines, loggedTypes, runCustody, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const KEY_ID = 'ab'.repeat(16)

describe('custody verify', () => {
  let place: Place
  beforeEach(async () => {
    place = createPlace()
    await protect(place, place.at('guarded.asf'))
  }, LONG)
  afterAll(removePlaces)

  const verify = (of: Place = place): Promise<Outcome> => runCustody(of, ['verify'])
  const surgery = (statements: string): void => {
    const database = new Database(join(place.home, 'events.db'))
    database.exec(statements)
    database.close()
  }
  const databaseFiles = (folder: string): ReadonlyArray<string> =>
    readdirSync(folder).filter((name) => name.startsWith('events.db'))
  /** The newest records go, and the head with them. */
  const cutOff = (records: number): void => {
    surgery(`DELETE FROM log WHERE position > (SELECT MAX(position) FROM log) - ${String(records)};
      UPDATE head SET position = (SELECT MAX(position) FROM log), time = (SELECT MAX(time) FROM log),
        hash = (SELECT hash FROM log ORDER BY position DESC LIMIT 1);
      DELETE FROM model; DELETE FROM read_model`)
  }
  /** Puts the database back as it was before some commands. */
  const rolledBack = async (meanwhile: () => Promise<unknown>): Promise<void> => {
    mkdirSync(place.at('earlier'))
    for (const name of databaseFiles(place.home)) cpSync(join(place.home, name), place.at('earlier', name))
    await meanwhile()
    for (const name of databaseFiles(place.home)) rmSync(join(place.home, name))
    for (const name of databaseFiles(place.at('earlier'))) cpSync(place.at('earlier', name), join(place.home, name))
  }

  it(
    'a whole log: exit 0, and how far each check went; nothing is appended',
    async () => {
      const before = await loggedTypes(place)
      const { exit, lines, stderr } = await verify()
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
      expect(lines[0]).toMatch(/^log: \d+ records, the chain holds, head [0-9a-f]{64}$/)
      expect(lines[1]).toMatch(/^anchors: 1 in the log, 1 outside the home; the newest vouches for record \d+$/)
      expect(lines.slice(2)).toEqual(['licenses: 1; 1 key opens and fits'])
      expect(before.at(-1)).toBe('LogAnchored')
      expect(await loggedTypes(place)).toEqual(before)
    },
    LONG
  )

  it(
    'with --json one object',
    async () => {
      const [report, ...more] = jsonLines(await custody(place, 'verify', '--json'))
      expect(more).toEqual([])
      expect(report).toMatchObject({ whole: true, licenses: 1, keys: 1, findings: [], damaged: 0, unchecked: [] })
    },
    LONG
  )

  it(
    'R11: a damaged record is named, exit 3',
    async () => {
      surgery(`UPDATE log SET data = replace(data, '"scheme":"mce"', '"scheme":"mcf"') WHERE type = 'ProtectionBegun'`)
      const position = 1 + (await loggedTypes(place)).indexOf('ProtectionBegun')
      const { exit, stdout, stderr } = await verify()
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' })
      expect(stderr).toContain(`the log is broken at record ${String(position)}: expected `)
      const told = await runCustody(place, ['--json', 'verify'])
      expect(told.exit).toBe(3)
      expect(jsonLines(told)).toMatchObject([{ whole: false, fault: { type: 'LogBroken', position } }])
    },
    LONG
  )

  it(
    'R11: a log that was cut off is found, also when nothing but its last record is missing',
    async () => {
      for (const records of [1, 3]) {
        cutOff(records)
        const { exit, stderr } = await verify()
        expect(exit).toBe(3)
        expect(stderr).toMatch(/the log was cut off or rolled back: it ends at record \d+, an anchor vouches for \d+/)
      }
    },
    LONG
  )

  it(
    'R11, twin: a log that was cut off looks whole where the anchors outside are gone; that is said',
    async () => {
      cutOff(3)
      rmSync(`${place.machine}.d`, { recursive: true })
      const { exit, stdout } = await verify()
      expect(exit).toBe(0)
      expect(stdout).toContain('not checked: anchors outside the home: none is kept there, so a log that was cut off')
    },
    LONG
  )

  it(
    'R11: a database of an earlier time is found; whoever goes on with it is warned at each command, and it stays found',
    async () => {
      await rolledBack(() => custody(place, 'licenses', 'title', KEY_ID, 'Later'))
      const next = await runCustody(place, ['licenses', 'title', KEY_ID, 'Again'])
      expect(next.exit).toBe(0)
      expect(next.stderr).toContain('warning: the log ')
      for (let turn = 0; turn < 3; turn += 1) await runCustody(place, ['licenses', 'title', KEY_ID, `Turn ${String(turn)}`])
      const { exit, stderr } = await verify()
      expect(exit).toBe(3)
      expect(stderr).toContain('expected the anchored record')
    },
    LONG
  )

  it(
    'where no record can be kept outside the home, that is said, and every command works',
    async () => {
      rmSync(`${place.machine}.d`, { recursive: true })
      writeFileSync(`${place.machine}.d`, '')
      const named = await runCustody(place, ['licenses', 'title', KEY_ID, 'x'])
      expect(named).toMatchObject({ exit: 0, stderr: '' })
      const { exit, stdout } = await verify()
      expect(exit).toBe(0)
      expect(stdout).toContain('none is kept there, so a log that was cut off and a copied home go unseen')
      expect(stdout).toContain(`${place.machine}.d`)
    },
    LONG
  )

  it(
    'a license without its key is named, exit 3',
    async () => {
      surgery(`DELETE FROM state WHERE space = 'key-envelope'`)
      const { exit, stdout, stderr } = await verify()
      expect(exit).toBe(3)
      expect(stdout).toContain('licenses: 1; 0 keys open and fit')
      expect(stderr).toMatch(/license [0-9a-f-]{36}: the key of /)
    },
    LONG
  )

  it(
    'a read model that says something else than the log is named with the record, exit 3',
    async () => {
      surgery(`UPDATE read_model SET value = '{"other":1}' WHERE model LIKE 'live-license%'`)
      const position = 1 + (await loggedTypes(place)).indexOf('LicenseStored')
      const { exit, stderr } = await verify()
      expect(exit).toBe(3)
      expect(stderr).toMatch(new RegExp(`the read model live-license.* differs from the log at .*, record ${String(position)}\n`))
    },
    LONG
  )

  it(
    'R10: a key that was changed is named, exit 3',
    async () => {
      surgery(`UPDATE state SET value = zeroblob(69) WHERE space = 'key-envelope'`)
      const { exit, stderr } = await verify()
      expect(exit).toBe(3)
      expect(stderr).toContain('the table state was changed at key-envelope/license/')
    },
    LONG
  )

  it(
    'IN-18: a home on another machine is checked as far as its log goes, and what does not open is said',
    async () => {
      cpSync(place.home, place.at('elsewhere'), { recursive: true })
      const elsewhere = place.withHome('elsewhere')
      const { exit, stdout } = await verify(elsewhere)
      expect(exit).toBe(0)
      for (const check of ['anchors', 'signatures of licenses', 'whether the keys of licenses open']) {
        expect(stdout).toContain(`not checked: ${check}`)
      }
    },
    LONG
  )
})
