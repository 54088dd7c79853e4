import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import type { AsfHeader } from '../header/asf-header'
import type { CollectedSample } from '../testing/collecting-receiver'
import type { DissectedPacket, DissectedPayload } from '../testing/dissect'
import { dissectPacket } from '../testing/dissect'
import { DISK_GUID, fileOf } from '../testing/hand-made'
import { readGood } from '../testing/read-whole'
import { remux } from '../testing/remux'

type Sample = Pick<CollectedSample, 'track' | 'time' | 'flags' | 'bytes'>

const AUDIO = 1
const VIDEO = 2

const template = async (): Promise<AsfHeader> => {
  const streams = [
    { number: AUDIO, timeOffset: 20_000 },
    { number: VIDEO, type: DISK_GUID.video },
  ]
  return (await readGood(fileOf([], {}, streams))).header
}

const sample = fc.record({
  track: fc.constantFrom(AUDIO, VIDEO),
  step: fc.oneof({ weight: 9, arbitrary: fc.nat(100) }, { weight: 1, arbitrary: fc.nat(200_000) }),
  flags: fc.constantFrom(0, 1),
  size: fc.oneof(
    { weight: 3, arbitrary: fc.nat({ max: 60 }) },
    { weight: 1, arbitrary: fc.nat({ max: 3000 }) }
  ),
  seed: fc.nat(255),
})

const samplesOf = (
  list: ReadonlyArray<{ track: number; step: number; flags: number; size: number; seed: number }>
): Sample[] => {
  let time = 0
  return list.map(({ track, step, flags, size, seed }) => {
    time += step
    const bytes = Uint8Array.from({ length: size }, (_, index) => seed + index * 7)
    return {
      track,
      time: time * 10_000 + (track === AUDIO ? 20_000 : 0),
      flags: track === AUDIO ? 1 : flags,
      bytes,
    }
  })
}

const packetsOf = (
  bytes: Uint8Array,
  size: number,
  at: number,
  count: number
): ReadonlyArray<DissectedPacket> =>
  Array.from({ length: count }, (_, index) =>
    dissectPacket(bytes.subarray(at + index * size, at + (index + 1) * size))
  )

const objectsOf = (
  packets: ReadonlyArray<DissectedPacket>,
  stream: number
): ReadonlyArray<ReadonlyArray<DissectedPayload>> => {
  const objects: DissectedPayload[][] = []
  for (const payload of packets.flatMap(({ payloads }) => payloads)) {
    if (payload.stream !== stream) continue
    if (payload.offset === 0) objects.push([])
    objects.at(-1)?.push(payload)
  }
  return objects
}

describe('every packet that is written', () => {
  it('keeps the rules of a muxer, whatever the samples', async () => {
    const header = await template()
    const cases = [
      fc.array(sample, { maxLength: 150 }),
      fc.integer({ min: 64, max: 1500 }),
      fc.boolean(),
    ] as const
    await fc.assert(
      fc.asyncProperty(...cases, async (list, packetSize, ids) => {
        const samples = samplesOf(list)
        const sampleId = Uint8Array.from({ length: 16 }, (_, index) => index * 3)
        const sampleIds = new Set(ids ? [VIDEO] : [])
        const written = await remux(header, samples, {
          packetSize,
          sampleIds,
          dress: (one) => ({ ...one, sampleId, sampleIdOffset: 4 }),
        })
        const again = await readGood(written.bytes)
        const kept = samples.filter(({ bytes }) => bytes.length > 0)
        expect(written.report.emptySamples).toBe(samples.length - kept.length)
        for (const track of [AUDIO, VIDEO]) {
          const own = again.receiver.samples.filter((one) => one.track === track)
          const given = kept.filter((one) => one.track === track)
          expect(own.map(({ time, flags, bytes }) => ({ track, time, flags, bytes }))).toEqual(given)
          expect(new Set(own.map(({ protection }) => protection))).toEqual(
            new Set(given.length === 0 ? [] : [sampleIds.has(track) ? '0c0f1215181b1e21' : ''])
          )
        }
        expect(again.report.warnings).toEqual([])
        const packets = packetsOf(
          written.bytes,
          packetSize,
          again.header.data.firstPacketAt,
          written.report.packets
        )
        keepsTheRules(packets, packetSize)
      }),
      { numRuns: runs(150) }
    )
  })
})

const keepsTheRules = (packets: ReadonlyArray<DissectedPacket>, packetSize: number): void => {
  packets.forEach(({ sendTime, payloads }, index) => {
    expect(sendTime).toBeGreaterThanOrEqual(packets[index - 1]?.sendTime ?? 0)
    expect(payloads.length).toBeGreaterThan(0)
    payloads.forEach(({ length }) => expect(length).toBeGreaterThan(0))
  })
  for (const stream of [AUDIO, VIDEO]) {
    objectsOf(packets, stream).forEach((fragments, number) => {
      const [first] = fragments
      // The same replicated data and key flag on every fragment; numbers count up and wrap.
      expect(new Set(fragments.map(({ replicated, key }) => `${replicated} ${key}`)).size).toBe(1)
      expect(fragments.every(({ objectNumber }) => objectNumber === number % 256)).toBe(true)
      const size = Buffer.from(first?.replicated ?? '', 'hex').readUInt32LE(0)
      const fits = size <= packetSize - 11 - 7 - 8
      if (stream === AUDIO && fits) expect(fragments).toHaveLength(1)
    })
  }
}

describe('the fields of a packet', () => {
  const small = (time: number, size = 1): Sample => ({
    track: VIDEO,
    time: time * 10_000,
    flags: 0,
    bytes: new Uint8Array(size).fill(9),
  })
  const write = async (
    samples: ReadonlyArray<Sample>,
    packetSize: number
  ): Promise<ReadonlyArray<DissectedPacket>> => {
    const { bytes, report } = await remux(await template(), samples, { packetSize })
    const { header } = await readGood(bytes)
    return packetsOf(bytes, packetSize, header.data.firstPacketAt, report.packets)
  }

  it('holds at most 63 payloads', async () => {
    const packets = await write(
      Array.from({ length: 130 }, (_, index) => small(index)),
      60_000
    )
    expect(packets.map(({ payloads }) => payloads.length)).toEqual([63, 63, 4])
  })

  it('spans at most the time that its duration can say', async () => {
    const packets = await write([small(0), small(65_535), small(65_536), small(200_000)], 1000)
    expect(packets.map(({ sendTime, duration }) => [sendTime, duration])).toEqual([
      [0, 65_535],
      [65_536, 0],
      [200_000, 0],
    ])
  })

  it('fills a packet with one payload without a length of its own', async () => {
    const [packet, ...others] = await write([small(0, 200 - 26)], 200)
    expect(others).toEqual([])
    expect(packet).toMatchObject({ padding: 0, payloads: [{ length: 174 }] })
  })

  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [256, 255],
    [257, 255],
    [258, 256],
    [700, 698],
  ])('with %i bytes free says that %i are padding', async (free, padding) => {
    const size = 1000 - 12 - 2 * 17 - free
    const [packet] = await write([small(0, 10), small(1, size - 10)], 1000)
    expect(packet?.padding).toBe(padding)
  })

  it('never sends later packets earlier, even where pictures come out of order', async () => {
    const packets = await write(
      [0, 120, 40, 80, 240, 160, 200].map((time) => small(time, 150)),
      200
    )
    expect(packets.map(({ sendTime }) => sendTime)).toEqual([0, 120, 120, 120, 240, 240, 240])
  })
})
