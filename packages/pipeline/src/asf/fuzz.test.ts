import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import type { PipelineFault } from '../fault/pipeline-fault'
import { inspectMedia } from '../inspect/inspect-media'
import { readAsfHeader } from './header/read-asf-header'
import { parseAdvancedContentEncryption } from './header/advanced-content-encryption'
import { parseContentEncryption } from './header/content-encryption'
import { parseExtendedContentEncryption } from './header/extended-content-encryption'
import { parseProtectionSystemIdentifier } from './header/protection-system-identifier'
import { packetForTime } from './seek/packet-for-time'
import { readIndexes } from './seek/read-indexes'
import { everythingFile } from './testing/everything-file'
import { isPipelineFaultWithOffset } from './testing/fault-offset'
import { memorySource } from './testing/memory-source'
import { asfMutation, mutateAsf } from './testing/mutate-asf'
import { readGood, readWhole } from './testing/read-whole'

const PACKET = 160
const BASE = everythingFile()
/** Milliseconds of processor time for one small file, read in every way. */
const QUICK = 1000
/** Bytes above the start. */
const ROOM = 64 * 0x10_0000
const LARGEST_SAMPLE = 0x10_0000

const PROTECTION_PARSERS = [
  parseContentEncryption,
  parseExtendedContentEncryption,
  parseAdvancedContentEncryption,
  parseProtectionSystemIdentifier,
]

const isPlaced = (fault: PipelineFault, length: number): boolean =>
  isPipelineFaultWithOffset(fault) && 'at' in fault && Number(fault.at) >= 0 && Number(fault.at) <= length

const held = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Reads in every way; whatever a reader answers is a value or a fault with its place. */
const readInEveryWay = async (bytes: Uint8Array): Promise<void> => {
  const faults: PipelineFault[] = []
  for (const salvage of [false, true]) {
    const reading = await readWhole(bytes, { salvage, fullEvery: 3, largestSample: LARGEST_SAMPLE, limit: LARGEST_SAMPLE })
    if (E.isLeft(reading)) faults.push(reading.left)
  }
  const report = await inspectMedia(memorySource(bytes, 1000))()
  if (E.isLeft(report)) faults.push(report.left)
  else for (const { offset } of report.right.warnings) expect(offset).toBeLessThanOrEqual(bytes.length)
  const source = memorySource(bytes)
  const header = await readAsfHeader(source)()
  if (E.isRight(header)) {
    const indexes = await readIndexes(source, header.right)()
    for (const { number } of header.right.streams) {
      const packet = E.isRight(indexes) ? packetForTime(header.right, indexes.right, number, 12_345_678) : 0
      expect(packet ?? 0).toBeGreaterThanOrEqual(0)
    }
    for (const { data, at } of header.right.protection) {
      for (const parse of PROTECTION_PARSERS) {
        const parsed = parse(data, at)
        if (E.isLeft(parsed)) faults.push(parsed.left)
      }
    }
  }
  for (const fault of faults) expect({ fault, placed: isPlaced(fault, bytes.length) }).toEqual({ fault, placed: true })
}

describe('a file with everything, changed where it hurts', () => {
  it('is whole before it is changed', async () => {
    const { receiver, report, header } = await readGood(BASE)
    expect([...header.warnings, ...report.warnings]).toEqual([])
    expect(receiver.samples.map(({ track, bytes }) => [track, bytes.length])).toEqual([
      [1, 32],
      [2, 10],
      [3, 200],
      [1, 3],
      [1, 2],
      [1, 133],
      [4, 40],
    ])
    const inspected = await inspectMedia(memorySource(BASE))()
    expect(E.isRight(inspected) && inspected.right.warnings).toEqual([])
  })

  it('R16: is read to a value or to a fault with its place, in bounded time and memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asfMutation, { minLength: 1, maxLength: 6 }), async (mutations) => {
        const bytes = mutations.reduce((file, mutation) => mutateAsf(file, mutation, PACKET), BASE)
        const before = held()
        const began = process.cpuUsage()
        await readInEveryWay(bytes)
        const { user, system } = process.cpuUsage(began)
        expect((user + system) / 1000).toBeLessThan(QUICK)
        expect(held() - before).toBeLessThan(ROOM)
      }),
      { numRuns: runs(300) }
    )
  })
})
