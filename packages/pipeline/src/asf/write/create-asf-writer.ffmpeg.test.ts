import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { copyThrough, decodeThrough } from '../testing/ffmpeg'
import { FIXTURES, fixtureNamed } from '../testing/fixtures'
import { readGood } from '../testing/read-whole'
import { remux } from '../testing/remux'

whenInstalled('ffmpeg').describe('a written file, read by FFmpeg', () => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-asf-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(FIXTURES)('$name: the same packets, without a warning', async (fixture) => {
    const original = copyThrough(fixture.path)
    const { header, receiver } = await readGood(fixture.bytes())
    for (const packetSize of [256, 3200, 16_384]) {
      const path = join(folder, `${packetSize}-${fixture.name}`)
      writeFileSync(path, (await remux(header, receiver.samples, { packetSize })).bytes)
      const written = copyThrough(path)
      expect(written.warnings).toBe('')
      expect(written.packets).toEqual(original.packets)
      expect(decodeThrough(path)).toBe('')
    }
  })

  it('is found its way in by the Simple Index as the original is', async () => {
    const fixture = fixtureNamed('wmv2-wma2.wmv')
    const { header, receiver } = await readGood(fixture.bytes())
    const path = join(folder, `seek-${fixture.name}`)
    writeFileSync(path, (await remux(header, receiver.samples)).bytes)
    for (const second of [1, 2, 3.5]) {
      const own = copyThrough(path, second)
      expect(own.warnings).toBe('')
      expect(own.packets).toEqual(copyThrough(fixture.path, second).packets)
    }
  })
})
