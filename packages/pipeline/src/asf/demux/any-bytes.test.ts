import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { describeAsf } from '../describe/describe-asf'
import { readAsfHeader } from '../header/read-asf-header'
import { inspectAsf } from '../inspect/inspect-asf'
import { fixtureNamed } from '../testing/fixtures'
import { DISK_GUID, bytesOf, fileOf, le } from '../testing/hand-made'
import { memorySource } from '../testing/memory-source'
import { readWhole } from '../testing/read-whole'
import * as E from 'fp-ts/Either'

/** Most microseconds of processor time that one reading may take, far above what it takes. */
const QUICK = 2_000_000

/** Reads in every way; the collecting receiver throws on any breach of its contract. */
const readInEveryWay = async (bytes: Uint8Array): Promise<void> => {
  const began = process.cpuUsage()
  await readWhole(bytes)
  await readWhole(bytes, { salvage: true, fullEvery: 2 })
  const source = memorySource(bytes)
  const header = await readAsfHeader(source)()
  if (E.isRight(header)) {
    describeAsf(header.right)
    const report = await inspectAsf(source, header.right)()
    expect(E.isRight(report)).toBe(true)
  }
  expect(process.cpuUsage(began).user).toBeLessThan(QUICK)
}

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
})

const mutate = (
  bytes: Uint8Array,
  changes: ReadonlyArray<{ readonly at: number; readonly bytes: Uint8Array }>,
  to: number
): Uint8Array => {
  const copy = bytes.slice()
  for (const { at, bytes: piece } of changes)
    copy.set(piece.subarray(0, copy.length), Math.min(Math.floor(at * to), copy.length - 8))
  return copy
}

describe('any bytes', () => {
  it('are read to a fault or a report', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), readInEveryWay), {
      numRuns: runs(100),
    })
  })

  it('behind a Header Object GUID too', async () => {
    const front = fc
      .uint8Array({ maxLength: 600 })
      .map((rest) => bytesOf(DISK_GUID.header, le(30 + rest.length, 8), '03000000 0102', rest))
    await fc.assert(fc.asyncProperty(front, readInEveryWay), { numRuns: runs(100) })
  })

  it('as packets', async () => {
    const packets = fc.array(fc.uint8Array({ minLength: 64, maxLength: 64 }), { maxLength: 8 })
    const usual = packets.map((list) =>
      list.map((packet) => packet.fill(0x82, 0, 1).fill(0, 1, 3).fill(0x5d, 4, 5))
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(packets, usual), (list) => readInEveryWay(fileOf(list, { packetSize: 64 }))),
      { numRuns: runs(300) }
    )
  })

  it.each(['tiny-packets-256.asf', 'meta-chapters.wmv', 'multi-audio.asf', 'broadcast.asf'])(
    'of a changed %s',
    async (name) => {
      const bytes = fixtureNamed(name).bytes().slice(0, 60_000)
      const places = fc.constantFrom(1200, 6000, bytes.length)
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), places, async (changes, to) => {
          await readInEveryWay(mutate(bytes, changes, to))
        }),
        { numRuns: runs(60) }
      )
    }
  )
})
