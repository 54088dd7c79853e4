import * as E from 'fp-ts/Either'

import { FIXTURES, fixtureNamed } from '../testing/fixtures'
import {
  bytesOf,
  dataOf,
  DISK_GUID,
  extensionOf,
  filePropertiesOf,
  headerOf,
  le,
  objectOf,
  packetOf,
  streamPropertiesOf,
} from '../testing/hand-made'
import type { FileFacts } from '../testing/hand-made'
import { readGood, readWhole } from '../testing/read-whole'
import { digestOf } from '../testing/sample-digest'

const SIZE = 128
const packet = (number: number): Uint8Array =>
  packetOf(
    SIZE,
    '820000 01 5d',
    le(number, 4),
    le(0, 2),
    '81',
    '81',
    le(number, 1),
    le(0, 4),
    '08',
    le(1, 4),
    le(1000 + number, 4),
    '0100',
    'aa'
  )
const packets = [packet(0), packet(1), packet(2)]
const index = objectOf(DISK_GUID.simpleIndex, new Uint8Array(32))

const header = (facts: FileFacts): Uint8Array =>
  headerOf(filePropertiesOf(facts), extensionOf(), streamPropertiesOf({ number: 1 }))

describe('a file that is cut short', () => {
  it.each([0, 1, 100, SIZE, 2 * SIZE - 1])(
    'is truncated after %i bytes of packets, at its end',
    async (left) => {
      const whole = bytesOf(header({ packets: 3 }), dataOf(packets))
      const cut = whole.subarray(0, whole.length - 3 * SIZE + left)
      const fault = {
        type: 'TruncatedMedia',
        format: 'asf',
        at: cut.length,
        expected: '3 packets of 128 bytes',
      }
      expect(await readWhole(cut)).toEqual(E.left(fault))
    }
  )

  it('is truncated where the index begins, when that comes too early', async () => {
    const front = bytesOf(header({ packets: 3 }), dataOf(packets.slice(0, 2), 3, 50 + 3 * SIZE))
    for (const trailer of [index, bytesOf(index, index, index)]) {
      const answer = await readWhole(bytesOf(front, trailer))
      expect(answer).toEqual(E.left(expect.objectContaining({ type: 'TruncatedMedia', at: front.length })))
    }
  })

  it('gives its whole samples when salvaging, the last from a packet that is not whole', async () => {
    const whole = bytesOf(header({ packets: 3 }), dataOf(packets))
    const { receiver, report } = await readGood(whole.subarray(0, whole.length - 90), { salvage: true })
    expect(receiver.samples).toHaveLength(3)
    expect(report.packets).toBe(2)
    expect(report.warnings).toEqual([
      { offset: whole.length - SIZE, what: 'last packet has 38 of 128 bytes' },
      { offset: whole.length - 90, what: 'the data end after 2 of 3 packets of 128 bytes' },
    ])
    const less = await readGood(whole.subarray(0, whole.length - 110), { salvage: true })
    expect(less.receiver.samples).toHaveLength(2)
  })

  it.each(FIXTURES)('$name: every sample that salvaging gives is one of the whole file', async (fixture) => {
    const bytes = fixture.bytes()
    const { header: read, receiver } = await readGood(bytes)
    const known = new Set(receiver.samples.map((sample) => JSON.stringify(digestOf(sample))))
    const from = read.data.firstPacketAt
    for (const part of [0.1, 0.35, 0.7, 0.95]) {
      const cut = await readGood(bytes.subarray(0, from + Math.floor((bytes.length - from) * part)), {
        salvage: true,
      })
      for (const sample of cut.receiver.samples) {
        expect(known.has(JSON.stringify(digestOf(sample)))).toBe(true)
      }
    }
  })
})

describe('sizes and counts', () => {
  const claims: ReadonlyArray<readonly [string, FileFacts, number, number | undefined]> = [
    ['agree', { packets: 3 }, 3, undefined],
    ['of the Data Object are zero and those of the file are not', { packets: 3 }, 0, 50],
    ['are all zero', { packets: 0 }, 0, 0],
    ['are zero but for the Data Object, which has no room', { packets: 0 }, 0, 50],
    ['mean nothing in a broadcast', { packets: 77, flags: 1 }, 12, 1_000_000],
    ['disagree, the size too large', { packets: 3 }, 3, 1_000_000],
    ['disagree, the count too large', { packets: 900 }, 900, undefined],
  ]

  it.each(claims)('%s: all packets are read and the index is not', async (_, facts, count, size) => {
    for (const trailer of [new Uint8Array(), index, bytesOf(index, index, index)]) {
      const file = bytesOf(header(facts), dataOf(packets, count, size), trailer)
      const { receiver, report } = await readGood(file)
      expect(receiver.samples).toHaveLength(3)
      expect(report.end).toBe(file.length - trailer.length)
    }
  })

  it('that disagree end the data where no packet follows', async () => {
    const file = bytesOf(header({ packets: 3 }), dataOf(packets, 3, 50 + 9 * SIZE), new Uint8Array(3 * SIZE))
    const { receiver, report } = await readGood(file)
    expect(receiver.samples).toHaveLength(3)
    expect(report.warnings.map(({ what }) => what)).toEqual([
      'packet counts disagree: 3 and 9',
      'no packet after the first 3',
    ])
  })
})

describe('a broadcast', () => {
  it('that ends inside a packet gives what is whole, with a warning', async () => {
    const bytes = fixtureNamed('broadcast.asf').bytes()
    const whole = await readGood(bytes)
    const cut = await readGood(bytes.subarray(0, bytes.length - 1000))
    expect(cut.report.packets).toBe(whole.report.packets - 1)
    expect(cut.report.warnings.length).toBeGreaterThan(0)
    expect(whole.receiver.samples.length - cut.receiver.samples.length).toBeLessThan(5)
  })
})
