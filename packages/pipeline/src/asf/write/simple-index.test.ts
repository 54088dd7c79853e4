import { dissectPacket } from '../testing/dissect'
import { fixtureNamed } from '../testing/fixtures'
import { DISK_GUID, fileOf } from '../testing/hand-made'
import { readGood } from '../testing/read-whole'
import { remux } from '../testing/remux'

interface ReadIndex {
  readonly interval: number
  readonly largestSpan: number
  readonly entries: ReadonlyArray<readonly [packet: number, span: number]>
}

/** Takes apart the index objects after the packets. */
const readIndexes = (bytes: Uint8Array, from: number): ReadonlyArray<ReadIndex> => {
  const view = Buffer.from(bytes)
  const indexes: ReadIndex[] = []
  for (let at = from; at < view.length; at += Number(view.readBigUInt64LE(at + 16))) {
    expect(view.toString('hex', at, at + 16)).toBe(DISK_GUID.simpleIndex)
    const count = view.readUInt32LE(at + 52)
    indexes.push({
      interval: Number(view.readBigUInt64LE(at + 40)),
      largestSpan: view.readUInt32LE(at + 48),
      entries: Array.from({ length: count }, (_, entry) => [
        view.readUInt32LE(at + 56 + entry * 6),
        view.readUInt16LE(at + 60 + entry * 6),
      ]),
    })
    expect(Number(view.readBigUInt64LE(at + 16))).toBe(56 + count * 6)
  }
  return indexes
}

describe('the Simple Index', () => {
  it.each([
    ['wmv2-wma2.wmv', 3200],
    ['wmv2-wma2.wmv', 700],
    ['h264-aac.asf', 1500],
    ['long-gop-fragments.asf', 1024],
  ])(
    'of %s in packets of %i bytes leads to the last key frame at or before each second',
    async (name, packetSize) => {
      const { header, receiver } = await readGood(fixtureNamed(name).bytes())
      const { bytes, report } = await remux(header, receiver.samples, { packetSize })
      const again = await readGood(bytes)
      const [index, ...others] = readIndexes(bytes, again.report.end)
      expect(others).toEqual([])
      const video = header.streams.find(({ kind }) => kind === 'video')?.number ?? 0
      const first = again.header.data.firstPacketAt
      const keys: Array<{ time: number; packet: number; span: number }> = []
      for (let packet = 0; packet < report.packets; packet += 1) {
        const at = first + packet * packetSize
        for (const { stream, key, offset, replicated } of dissectPacket(bytes.subarray(at, at + packetSize))
          .payloads) {
          const last = keys.at(-1)
          if (stream !== video || !key) continue
          if (offset === 0)
            keys.push({ time: Buffer.from(replicated, 'hex').readUInt32LE(4), packet, span: 1 })
          else if (last !== undefined) last.span = packet - last.packet + 1
        }
      }
      const seconds = Math.ceil((report.duration / 10_000 + header.file.preroll) / 1000)
      const expected = Array.from({ length: seconds }, (_, second) => {
        const before = keys.filter(({ time }) => time <= second * 1000).at(-1) ?? keys[0]
        return [before?.packet, before?.span]
      })
      expect(index?.entries).toEqual(expected)
      expect(index?.interval).toBe(10_000_000)
      expect(index?.largestSpan).toBe(Math.max(...keys.map(({ span }) => span)))
    }
  )

  it('comes once for each video stream in the order of their numbers, and not for others', async () => {
    const streams = [
      { number: 5, type: DISK_GUID.video },
      { number: 1 },
      { number: 3, type: DISK_GUID.video },
    ]
    const { header } = await readGood(fileOf([], { preroll: 0 }, streams))
    const key = (track: number, time: number): Parameters<typeof remux>[1][number] => ({
      track,
      time: time * 10_000,
      flags: 1,
      bytes: new Uint8Array(100),
    })
    const { bytes } = await remux(header, [key(5, 0), key(1, 0), key(3, 2500), key(5, 3000)], {
      packetSize: 128,
    })
    const again = await readGood(bytes)
    const [three, five, ...others] = readIndexes(bytes, again.report.end)
    expect(others).toEqual([])
    expect(three?.entries.map(([packet]) => packet)).toEqual([2, 2, 2, 2, 2, 2])
    expect(five?.entries.map(([packet]) => packet)).toEqual([0, 0, 0, 3, 3, 3])
  })

  it('of a video stream without key frames is empty', async () => {
    const { header } = await readGood(fileOf([], {}, [{ number: 1, type: DISK_GUID.video }]))
    const { bytes } = await remux(header, [{ track: 1, time: 0, flags: 0, bytes: new Uint8Array(9) }])
    expect(readIndexes(bytes, (await readGood(bytes)).report.end)).toMatchObject([
      { entries: [], largestSpan: 0 },
    ])
  })
})
