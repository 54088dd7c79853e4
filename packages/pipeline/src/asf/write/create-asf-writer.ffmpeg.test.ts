import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { advancedContentEncryptionObject } from '../header/advanced-content-encryption'
import { contentEncryptionObject } from '../header/content-encryption'
import { extendedContentEncryptionObject } from '../header/extended-content-encryption'
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

  it('with sample IDs and protection headers gives the same packets, and is seen to be protected', async () => {
    const fixture = fixtureNamed('h264-aac.asf')
    const { header, receiver } = await readGood(fixture.bytes())
    const numbers = new Set(header.streams.map(({ number }) => number))
    const fields = {
      secretData: new Uint8Array(4),
      protectionType: 'DRM',
      keyId: 'a2V5',
      licenseUrl: 'https://x.test/',
    }
    const path = join(folder, `protected-${fixture.name}`)
    const { bytes } = await remux(header, receiver.samples, {
      encryptedStreams: numbers,
      sampleIds: numbers,
      protectionObjects: [
        contentEncryptionObject(fields),
        extendedContentEncryptionObject(new Uint8Array(40)),
      ],
      extensionObjects: [advancedContentEncryptionObject([])],
      dress: (sample, index) => ({ ...sample, sampleId: new Uint8Array(8).fill(index) }),
    })
    writeFileSync(path, bytes)
    const written = copyThrough(path)
    expect(written.warnings.match(/(Ext )?DRM protected stream detected/g)).toEqual([
      'DRM protected stream detected',
      'Ext DRM protected stream detected',
    ])
    expect(written.warnings.trim().split('\n')).toHaveLength(2)
    expect(written.packets).toEqual(copyThrough(fixture.path).packets)
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
