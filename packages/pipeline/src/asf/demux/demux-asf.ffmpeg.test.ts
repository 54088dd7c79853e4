import { createHash } from 'node:crypto'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { SAMPLE_KEY } from '../../media/sample-receiver'
import { probePackets } from '../testing/ffmpeg'
import { FIXTURES } from '../testing/fixtures'
import { readGood } from '../testing/read-whole'

whenInstalled('ffmpeg').describe('each sample, against FFmpeg', () => {
  it.each(FIXTURES)('$name', async (fixture) => {
    const { header, receiver } = await readGood(fixture.bytes())
    const probed = probePackets(fixture.path)
    header.streams.forEach(({ number }, stream) => {
      const own = receiver.samples.filter(({ track }) => track === number)
      const ours = own.map(({ time, flags, bytes }) => ({
        stream,
        milliseconds: time / 10_000,
        size: bytes.length,
        key: flags === SAMPLE_KEY,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }))
      expect(ours).toEqual(probed.filter((packet) => packet.stream === stream))
    })
  })
})
