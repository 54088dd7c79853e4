import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'

import { protect } from '../command/exported-sample'
import { namesIn } from '../command/folder-contents'
import { recordOf } from '../command/home-record'
import { custody, runCustody, SAMPLE } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000
const DAMAGED = 3
const OUTSIDE = 4
/** A newer program's tables; this one knows far fewer versions. */
const NEWER = '99'

const fileOf = (place: Place): string => join(place.home, 'events.db')

describe('a store that cannot be used', () => {
  let place: Place

  beforeEach(async () => {
    place = createPlace()
    await protect(place, place.at('guarded.asf'))
  }, LONG)
  afterAll(removePlaces)

  const protecting = (): ReadonlyArray<string> => ['protect', SAMPLE, '-o', place.at('more.asf')]
  const exporting = (): ReadonlyArray<string> => [
    'export',
    place.at('guarded.asf'),
    '-o',
    place.at('exported'),
    '--to',
    'clear-key',
  ]

  /** Runs commands that must fail alike, each with one line that says why, and leave nothing behind. */
  const fail = async (
    commands: ReadonlyArray<ReadonlyArray<string>>,
    { exit, said, from = place }: { readonly exit: number; readonly said: ReadonlyArray<string>; readonly from?: Place }
  ): Promise<void> => {
    const before = namesIn(place.root)
    for (const words of commands) {
      const outcome = await runCustody(from, words)
      expect({ words, exit: outcome.exit, stdout: outcome.stdout }).toEqual({ words, exit, stdout: '' })
      expect(outcome.stderr).toMatch(/^custody: [^\n]+\n$/)
      for (const text of said) expect(outcome.stderr).toContain(text)
    }
    expect(namesIn(place.root)).toEqual(before)
    expect(namesIn(place.temporary)).toEqual([])
  }

  /** A connection of another process than the command: that of the tests. */
  const connected = <A>(work: (database: Database.Database) => A): A => {
    const database = new Database(fileOf(place))
    try {
      return work(database)
    } finally {
      database.close()
    }
  }

  it(
    'locked by a writer: what writes gives up with exit 4, what reads goes on, and both work afterwards',
    async () => {
      const before = await recordOf(place)
      const holder = new Database(fileOf(place))
      try {
        holder.exec('BEGIN IMMEDIATE')
        await fail([protecting(), exporting()], { exit: OUTSIDE, said: [fileOf(place), 'locked'] })
        expect(await recordOf(place)).toEqual(before)
      } finally {
        holder.exec('ROLLBACK')
        holder.close()
      }
      expect(await recordOf(place)).toEqual(before)
      expect(await runCustody(place, protecting())).toMatchObject({ exit: 0, stderr: '' })
    },
    LONG
  )

  it(
    'locked against readers too: exit 4 within seconds',
    async () => {
      const before = await recordOf(place)
      const holder = new Database(fileOf(place))
      try {
        holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
        const began = Date.now()
        await fail([['licenses']], { exit: OUTSIDE, said: [fileOf(place), 'locked'] })
        expect(Date.now() - began).toBeLessThan(15_000)
      } finally {
        holder.exec('ROLLBACK')
        holder.close()
      }
      expect(await recordOf(place)).toEqual(before)
    },
    LONG
  )

  it(
    'below a regular file: the home, and the secret of the machine',
    async () => {
      const regular = place.at('regular')
      writeFileSync(regular, 'a regular file')
      const commands = [['licenses'], ['events'], protecting(), exporting()]
      await fail(commands, { exit: OUTSIDE, said: [regular, 'ENOTDIR'], from: { ...place, home: join(regular, 'home') } })
      await fail([protecting()], { exit: OUTSIDE, said: [regular], from: { ...place, machine: join(regular, 'machine') } })
      expect(readFileSync(regular, 'utf8')).toBe('a regular file')
    },
    LONG
  )

  it(
    'written by a newer program: exit 3, both versions named, the file untouched',
    async () => {
      const before = await recordOf(place)
      const known = connected((database) => {
        const row = database.prepare("SELECT value FROM meta WHERE name = 'schema'").get() as { readonly value: string }
        database.exec(`UPDATE meta SET value = '${NEWER}' WHERE name = 'schema'`)
        database.pragma('wal_checkpoint(TRUNCATE)')
        return row.value
      })
      const bytes = readFileSync(fileOf(place))
      expect(known).not.toBe(NEWER)
      await fail([['licenses'], ['events'], protecting(), exporting()], { exit: DAMAGED, said: [fileOf(place), NEWER, known] })
      expect(readFileSync(fileOf(place)).equals(bytes)).toBe(true)
      connected((database) => database.exec(`UPDATE meta SET value = '${known}' WHERE name = 'schema'`))
      expect(await recordOf(place)).toEqual(before)
    },
    LONG
  )

  const others: ReadonlyArray<readonly [string, Buffer]> = [
    ['a text', Buffer.from('Dear diary,\n'.repeat(1000))],
    ['the head of a database with noise behind it', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8192, 0xa5)])],
  ]
  it.each(others)(
    'not a database: %s: exit 3, the file untouched',
    async (_, bytes) => {
      const other = place.withHome('other')
      await custody(other, 'licenses')
      for (const name of ['events.db-wal', 'events.db-shm']) expect(existsSync(join(other.home, name))).toBe(false)
      writeFileSync(fileOf(other), bytes)
      await fail([['licenses'], ['events'], protecting()], { exit: DAMAGED, said: [fileOf(other)], from: other })
      expect(readFileSync(fileOf(other)).equals(bytes)).toBe(true)
    },
    LONG
  )

  it(
    'a database of something else: exit 3, and its tables are left alone',
    async () => {
      const other = place.withHome('other')
      await custody(other, 'licenses')
      const recipes = place.at('recipes.db')
      const database = new Database(recipes)
      database.exec("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')")
      database.close()
      writeFileSync(fileOf(other), readFileSync(recipes))
      await fail([['licenses'], protecting()], { exit: DAMAGED, said: [fileOf(other), 'recipe'], from: other })
      const again = new Database(fileOf(other))
      expect(again.prepare('SELECT name FROM recipe').all()).toEqual([{ name: 'soup' }])
      again.close()
    },
    LONG
  )

  it(
    'a folder where the database belongs: exit 4',
    async () => {
      const other = place.withHome('other')
      await custody(other, 'licenses')
      rmSync(fileOf(other))
      mkdirSync(fileOf(other))
      await fail([['licenses'], protecting()], { exit: OUTSIDE, said: [fileOf(other)], from: other })
      expect(namesIn(fileOf(other))).toEqual([])
    },
    LONG
  )
})
