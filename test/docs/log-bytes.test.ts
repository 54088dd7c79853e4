import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'

import { protectAndExport } from '../../examples/protect-and-export'

const SAMPLE = join(__dirname, '..', '..', 'packages', 'cli', 'sample', 'sample.asf')

interface LogRow {
  readonly position: number
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly type: string
  readonly schema_version: number
  readonly time: number
  readonly causation: string | null
  readonly correlation: string | null
  readonly data: string
  readonly previous_hash: string
  readonly hash: string
}

const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest()

const number = (value: number, bytes: 4 | 8): Buffer => {
  const out = Buffer.alloc(bytes)
  if (bytes === 4) out.writeUInt32BE(value)
  else out.writeBigInt64BE(BigInt(value))
  return out
}

const text = (value: string | null): Buffer => {
  const bytes = Buffer.from(value ?? '', 'utf8')
  return Buffer.concat([number(bytes.length, 4), bytes])
}

/** The table of docs/reference/log.md, "What is hashed", row by row. */
const hashOf = (row: LogRow, before: Buffer): Buffer =>
  sha256(
    Buffer.concat([
      Buffer.from('custody/log/1\0', 'latin1'),
      before,
      number(row.position, 8),
      text(row.id),
      text(row.stream),
      number(row.revision, 8),
      text(row.type),
      number(row.schema_version, 4),
      number(row.time, 8),
      text(row.causation),
      text(row.correlation),
      sha256(row.data),
    ])
  )

describe('docs/reference/log.md', () => {
  it('R11: states the bytes under the hash, so that a reader can check a log without this library', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-log-'))
    try {
      const emitted = await protectAndExport(folder, SAMPLE)
      const config = JSON.parse(readFileSync(join(folder, 'home', 'config.json'), 'utf8')) as { readonly log: string }
      const database = new Database(join(folder, 'home', 'events.db'), { readonly: true })
      const rows = database.prepare('SELECT * FROM log ORDER BY position').all() as LogRow[]
      const head = database.prepare('SELECT position, hash FROM head').get() as Pick<LogRow, 'position' | 'hash'>
      database.close()
      let before = sha256(config.log)
      rows.forEach((row, index) => {
        expect(row.position).toBe(index + 1)
        expect(row.previous_hash).toBe(before.toString('hex'))
        before = hashOf(row, before)
        expect(row.hash).toBe(before.toString('hex'))
      })
      expect([head.position, head.hash]).toEqual([rows.length, before.toString('hex')])
      expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(emitted.map(({ id }) => id)))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('names every kind of event that the packages declare', () => {
    const page = readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'log.md'), 'utf8')
    expect(declaredEvents().filter((type) => !page.includes(`\`${type}\``))).toEqual([])
    expect(declaredEvents()).toEqual(expect.arrayContaining(['LicenseStored', 'ContinuityMoved', 'RestoreBatchDecided']))
  })
})

/** Every `defineEvent({ type: … })` in the sources of the packages, but for those of tests. */
const declaredEvents = (): ReadonlyArray<string> =>
  ['core', 'adapters', 'services'].flatMap((name) => {
    const folder = join(__dirname, '..', '..', 'packages', name, 'src')
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.ts$/.test(path) && !/\.test\.ts$|(?:^|\/)testing\//.test(path))
    return sources.flatMap((path) =>
      [...readFileSync(join(folder, path), 'utf8').matchAll(/defineEvent\(\{\s*type: '(\w+)'/g)].map(([, type = '']) => type)
    )
  })
