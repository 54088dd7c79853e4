import { FIXTURES } from '../testing/fixtures'
import { readGood } from '../testing/read-whole'
import { remux } from '../testing/remux'
import { digestByStream } from '../testing/sample-digest'

describe('a file written from the samples of a fixture', () => {
  it.each(FIXTURES)('$name reads back as the same samples', async (fixture) => {
    const first = await readGood(fixture.bytes())
    for (const packetSize of [64, 128, 255, 1000, 3200, 65_536]) {
      const { bytes, report } = await remux(first.header, first.receiver.samples, { packetSize })
      const second = await readGood(bytes)
      expect(digestByStream(second.receiver.samples)).toEqual(digestByStream(first.receiver.samples))
      expect(second.report).toMatchObject({ packets: report.packets, warnings: [] })
      expect(report.bytes).toBe(bytes.length)
      expect(report.losses).toEqual([])
    }
  })
})
