import Database from 'libsql'
import { chmod, chown, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { systemClock } from '../../clock/system-clock'
import { systemRandom } from '../../random/system-random'
import { freshSqlitePlace, type SqlitePlace } from './testing/fresh-sqlite-place'
import { all, fails, onto, succeeds } from '../../testing/store/store-case'
import { TEST_LOG_ID } from '../../testing/store/store-place'
import { verifyLog } from '../verify-log'
import { openSqliteStore } from './open-sqlite-store'
import { connect, type Sql } from './sql'
import { sqliteStore } from './sqlite-store'

const PERMISSIONS = 0o777
const OWNER_ONLY = 0o600
const NOBODY = 65534

const overConnection = (sql: Sql, file: string) =>
  sqliteStore(sql, file, { clock: systemClock, random: systemRandom, projections: [] })

const open = (file: string) =>
  openSqliteStore({ file, clock: systemClock, random: systemRandom, logId: TEST_LOG_ID, projections: [] })

/** The super-user may write everything, so that a test about rights gives them up for a moment. */
const asNobody = async <A>(file: string, work: () => Promise<A>): Promise<A> => {
  if (process.getuid?.() !== 0) return work()
  for (const owned of [dirname(file), file]) await chown(owned, NOBODY, NOBODY)
  process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

describe('the SQLite file', () => {
  let place: SqlitePlace
  beforeEach(async () => {
    place = await freshSqlitePlace()
  })
  afterEach(() => place.remove())

  it('is readable by its owner alone, with the files beside it', async () => {
    const store = await place.open({})
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    for (const file of ['', '-wal', '-shm']) {
      expect((await stat(place.file + file)).mode & PERMISSIONS).toBe(OWNER_ONLY)
    }
  })

  it('is in write-ahead mode', async () => {
    ;(await place.open({})).close()
    const database = new Database(place.file)
    expect(database.pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }])
    database.close()
  })

  it('R3: holds a deleted key no more, neither in the file nor in the write-ahead log', async () => {
    const secret = 'wrapped key that must be forgotten'
    const store = await place.open({})
    const state = { space: 'shred-key', key: 'k' } as const
    await succeeds(store.append({ appends: [], state: [{ ...state, value: new TextEncoder().encode(secret) }] }))
    expect((await readFile(`${place.file}-wal`)).includes(secret)).toBe(true)
    await succeeds(store.append({ appends: [], state: [{ ...state, value: null }] }))
    for (const file of ['', '-wal']) expect((await readFile(place.file + file)).includes(secret)).toBe(false)
  })

  it('refuses places that cannot hold a file, with the code of the file system', async () => {
    const folder = dirname(place.file)
    await writeFile(join(folder, 'file'), '')
    await symlink('loop', join(folder, 'loop'))
    const codes = [
      ['none/events.db', 'ENOENT'],
      ['file/events.db', 'ENOTDIR'],
      ['loop', 'ELOOP'],
    ] as const
    for (const [name, code] of codes) {
      const file = join(folder, name)
      expect(await fails(open(file))).toEqual({ type: 'StoreUnavailable', place: file, code })
    }
  })

  it('refuses a folder in its place', async () => {
    await mkdir(place.file)
    expect(await fails(open(place.file))).toMatchObject({ type: 'StoreUnavailable' })
  })

  it('refuses a file that may not be written', async () => {
    ;(await place.open({})).close()
    await chmod(place.file, 0o400)
    const refused = await asNobody(place.file, () => fails(open(place.file)))
    // For the super-user, the system's check still asks about the real user; then the engine is the one that is refused.
    const code = process.getuid?.() === 0 ? 'SQLITE_CANTOPEN' : 'EACCES'
    expect(refused).toEqual({ type: 'StoreUnavailable', place: place.file, code })
  })

  it('reports a full disk, leaves the log as it was, and goes on when there is room', async () => {
    ;(await place.open({})).close()
    const sql = connect(place.file)
    const store = overConnection(sql, place.file)
    await succeeds(store.append({ appends: [onto('a', 0, 'small')] }))
    sql.exec('PRAGMA max_page_count = 30')
    const large = 'x'.repeat(200_000)
    expect(await fails(store.append({ appends: [onto('a', 1, 'small', large)] }))).toEqual({
      type: 'DiskFull',
      place: place.file,
    })
    expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toMatchObject({ events: 1 })
    sql.exec('PRAGMA max_page_count = 3000')
    await succeeds(store.append({ appends: [onto('a', 1, 'small', large)] }))
    expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toMatchObject({ events: 3 })
    store.close()
  })

  it('refuses a file that is no database, and one of another program', async () => {
    await writeFile(place.file, Buffer.alloc(8192, 'x'))
    expect(await fails(open(place.file))).toMatchObject({ type: 'LogBroken', found: 'SQLITE_NOTADB' })
    const other = `${place.file}.other`
    const database = new Database(other)
    database.exec('CREATE TABLE bookmarks (url TEXT)')
    expect(await fails(open(other))).toMatchObject({ type: 'LogBroken', found: `table bookmarks in ${other}` })
    expect(database.pragma('table_list')).not.toContainEqual(expect.objectContaining({ name: 'log' }))
    database.close()
  })

  it('refuses a log of a newer program and says which', async () => {
    ;(await place.open({})).close()
    const database = new Database(place.file)
    database.exec("UPDATE meta SET value = '7' WHERE name = 'schema'")
    database.close()
    const expected = { type: 'LogNewerVersion', place: place.file, found: 7, known: 2 }
    expect(await fails(open(place.file))).toEqual(expected)
  })

  it('reports a lock that another holds longer than the wait', async () => {
    ;(await place.open({})).close()
    const store = overConnection(connect(place.file, 50), place.file)
    const database = new Database(place.file)
    database.exec('BEGIN IMMEDIATE')
    expect(await fails(store.append({ appends: [onto('a', 0, 1)] }))).toEqual({
      type: 'StoreLocked',
      place: place.file,
    })
    // Readers do not wait for writers.
    expect(await all(store.readAll())).toEqual([])
    database.exec('ROLLBACK')
    await succeeds(store.append({ appends: [onto('a', 0, 1)] }))
    database.close()
    store.close()
  })

  it('says so when it is used after it was closed, also in the middle of reading', async () => {
    const store = await place.open({})
    store.close()
    store.close()
    const closed = { type: 'StoreUnavailable', place: place.file, code: 'CLOSED' }
    expect(await fails(store.append({ appends: [onto('a', 0, 1)] }))).toEqual(closed)
    expect(await fails(store.lookUp('m', 'k'))).toEqual(closed)
    await expect(all(store.readAll())).rejects.toMatchObject({ fault: closed })
  })

  it('names the record whose data is no JSON, on the error channel', async () => {
    const store = await place.open({})
    await succeeds(store.append({ appends: [onto('a', 0, 1, 2)] }))
    const database = new Database(place.file)
    database.exec("UPDATE log SET data = '{' WHERE position = 2")
    database.close()
    await expect(all(store.readAll())).rejects.toMatchObject({ fault: { type: 'EventUnreadable', position: 2 } })
    expect(await all(store.records())).toHaveLength(2)
  })
})
