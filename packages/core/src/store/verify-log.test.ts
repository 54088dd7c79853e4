import * as E from 'fp-ts/Either'
import Database from 'libsql'
import { createHash } from 'node:crypto'

import { freshSqlitePlace, type SqlitePlace } from './sqlite/testing/fresh-sqlite-place'
import { onto, succeeds } from '../testing/store/store-case'
import { TEST_LOG_ID, type TestedStore } from '../testing/store/store-place'
import { verifyLog } from './verify-log'

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()

const move = (from: number, to: number): string => `UPDATE log SET position = ${to} WHERE position = ${from}`

describe('verifyLog', () => {
  let place: SqlitePlace
  let store: TestedStore
  beforeEach(async () => {
    place = await freshSqlitePlace()
    store = await place.open({})
    await succeeds(store.append({ appends: [onto('a', 0, 1, 2, 3), onto('b', 0, 4, 5)] }))
  })
  afterEach(() => place.remove())

  const afterwards = async (change: string) => {
    const database = new Database(place.file)
    database.exec(change)
    database.close()
    const result = await verifyLog(store, TEST_LOG_ID)()
    return E.isLeft(result) && result.left.type === 'LogBroken' ? result.left.position : result
  }

  it('passes a whole log', async () => {
    expect(await succeeds(verifyLog(store, TEST_LOG_ID))).toEqual({ events: 5, head: await succeeds(store.head()) })
  })

  it.each([
    ['data', `data = '{"note":9}'`],
    ['white space in the data', `data = '{"note": 3}'`],
    ['type', `type = 'Denied'`],
    ['stream', `stream = 'z'`],
    ['revision', 'revision = 9'],
    ['id', `id = replace(id, '-7', '-8')`],
    ['time', 'time = time + 1'],
    ['version', 'schema_version = 2'],
    ['a version that no program writes', 'schema_version = -2'],
    ['cause', `causation = 'x'`],
    ['correlation', `correlation = 'x'`],
    ['hash', `hash = replace(hash, substr(hash, 1, 1), 'x')`],
    ['hash before', `previous_hash = ''`],
  ])('R11: names the record whose %s was edited', async (_, change) => {
    expect(await afterwards(`UPDATE log SET ${change} WHERE position = 3`)).toBe(3)
  })

  it.each([
    ['dropped', 'DELETE FROM log WHERE position = 3', 3],
    ['dropped at the start', 'DELETE FROM log WHERE position = 1', 1],
    ['dropped at the end', 'DELETE FROM log WHERE position = 5', 5],
    ['dropped, the next moved up', `DELETE FROM log WHERE position = 2; ${move(3, 2)}`, 2],
    ['swapped', [move(2, 9), move(3, 2), move(9, 3)].join('; '), 2],
    ['behind a head that was moved back', 'UPDATE head SET position = 4', 5],
    [
      'added',
      `INSERT INTO log SELECT 6, id, 'c', 1, type, 1, time, NULL, NULL, data, hash, hash FROM log WHERE position = 5`,
      6,
    ],
  ])('R11: finds a record %s', async (_, change, position) => {
    expect(await afterwards(change)).toBe(position)
  })

  it('finds a whole log under another key', async () => {
    expect(await verifyLog(store, 'another')()).toMatchObject({ left: { type: 'LogBroken', position: 1 } })
  })

  it('follows the published layout: an independent computation from the stored columns gives the same hashes', () => {
    const length = (text: string): Buffer => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(Buffer.byteLength(text))
      return Buffer.concat([bytes, Buffer.from(text)])
    }
    const long = (value: number): Buffer => Buffer.from(value.toString(16).padStart(16, '0'), 'hex')
    const short = (value: number): Buffer => Buffer.from(value.toString(16).padStart(8, '0'), 'hex')
    const database = new Database(place.file)
    const rows = database.prepare('SELECT * FROM log ORDER BY position').all() as ReadonlyArray<Record<string, never>>
    database.close()
    let before = sha256(TEST_LOG_ID)
    for (const row of rows) {
      const parts = [
        ...[Buffer.from('custody/log/1\0'), before, long(row['position'] ?? 0), length(row['id'] ?? '')],
        ...[length(row['stream'] ?? ''), long(row['revision'] ?? 0), length(row['type'] ?? '')],
        ...[short(row['schema_version'] ?? 0), long(row['time'] ?? 0), length(''), length('')],
        sha256(row['data'] ?? ''),
      ]
      before = sha256(Buffer.concat(parts))
      expect(row['hash']).toBe(before.toString('hex'))
    }
    expect(rows).toHaveLength(5)
  })
})
