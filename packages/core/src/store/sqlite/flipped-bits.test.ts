import { randomInt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'

import { runs } from '../../../../../test/gate/runs'
import type { FlipOutcome } from '../testing/flipped-contents'
import { damagedPlace, type DamagedPlace, type WholeStore, wholeStore } from './testing/flipped-store'

const FLIPS = 1500
const MOST_FLIPS = 30_000
const ENGINE_PAGE = 4096
/** A file of an eighth of the size, with the same tables on more pages. */
const SMALL_PAGE = 512
/** As long as the nightly set may take. */
const LONG = 90 * 60_000

const flipped = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  return copy
}

describe('a flipped bit in the SQLite file', () => {
  let place: DamagedPlace
  beforeEach(async () => {
    place = await damagedPlace()
  })
  afterEach(() => place.remove())

  const outcomes = async (whole: WholeStore, bits: ReadonlyArray<number>, verify = true) => {
    const unnoticed: number[] = []
    const counts: Record<FlipOutcome, number> = { detected: 0, harmless: 0, UNNOTICED: 0 }
    for (const bit of bits) {
      const outcome = await place.outcome(flipped(whole.bytes, bit), whole, verify)
      counts[outcome] += 1
      if (outcome === 'UNNOTICED') unnoticed.push(bit)
    }
    return { unnoticed, counts }
  }

  it('changes nothing where there is none', async () => {
    const whole = await wholeStore(ENGINE_PAGE)
    expect(await place.outcome(whole.bytes, whole)).toBe('harmless')
  })

  it('R10: is found, or changes nothing that is read, at random places', async () => {
    const whole = await wholeStore(ENGINE_PAGE)
    const bits = Array.from({ length: Math.min(runs(FLIPS), MOST_FLIPS) }, () => randomInt(whole.bytes.length * 8))
    const { unnoticed, counts } = await outcomes(whole, bits)
    expect(unnoticed).toEqual([])
    expect(counts.detected).toBeGreaterThan(0)
  }, LONG)

  it('R10: is found, or changes nothing that is read, all over a small file; each bit of it nightly', async () => {
    const whole = await wholeStore(SMALL_PAGE)
    const step = Math.max(1, Math.floor((whole.bytes.length * 8) / runs(FLIPS)))
    const bits = Array.from({ length: Math.floor((whole.bytes.length * 8) / step) }, (_, index) => index * step)
    expect((await outcomes(whole, bits)).unnoticed).toEqual([])
  }, LONG)

  /** All bits of a text as the file holds it. */
  const bitsOf = ({ bytes }: WholeStore, text: string | Buffer): ReadonlyArray<number> => {
    const places: number[] = []
    for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) places.push(at)
    return places.flatMap((at) => Array.from({ length: Buffer.byteLength(text) * 8 }, (_, bit) => at * 8 + bit))
  }

  it.each([
    ['a record', '{"note":"first"}'],
    ['a name of a record', 'alpha'],
    ['a value beside the log', Buffer.from([0, 7, 14, 21, 28, 35, 42, 49])],
    ['a row of a read model', '{"note":{"deep":[1,null]}}'],
    ['an idempotency key', 'i2'],
  ])('R10: is found in every bit of %s', async (_, text) => {
    const whole = await wholeStore(SMALL_PAGE)
    const { counts } = await outcomes(whole, bitsOf(whole, text))
    expect(counts).toEqual({ detected: bitsOf(whole, text).length, harmless: 0, UNNOTICED: 0 })
  }, LONG)

  it('R10: is taken by a reader who does not verify (the twin)', async () => {
    const whole = await wholeStore(SMALL_PAGE)
    // The lowest bits of letters, which leave the data JSON: once in the record, and in the rows that are made of it.
    const { counts } = await outcomes(whole, bitsOf(whole, '"first"').filter((bit) => bit % 8 === 0 && bit % 56 !== 0), false)
    expect(counts.UNNOTICED).toBeGreaterThan(0)
  })

  it('R10: in a value beside the log is nothing to the engine, whose structures are whole (the twin)', async () => {
    const whole = await wholeStore(SMALL_PAGE)
    const [bit = 0] = bitsOf(whole, Buffer.from([0, 7, 14, 21, 28, 35, 42, 49]))
    const folder = await mkdtemp(join(tmpdir(), 'custody-flips-'))
    await writeFile(join(folder, 'events.db'), flipped(whole.bytes, bit))
    const database = new Database(join(folder, 'events.db'))
    expect(database.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    const values = database.prepare('SELECT hex(value) AS digits FROM state').all([]) as ReadonlyArray<{ readonly digits: string }>
    expect(values.some(({ digits }) => digits.startsWith('01070E'))).toBe(true)
    database.close()
    await rm(folder, { recursive: true })
    expect(await place.outcome(flipped(whole.bytes, bit), whole)).toBe('detected')
  })
})
