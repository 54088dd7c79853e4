import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { whenInstalled } from '../../../../test/gate/when-installed'
import { copyThrough, decodedThrough } from '../asf/testing/ffmpeg'
import { fixtureNamed } from '../asf/testing/fixtures'
import { readGood } from '../asf/testing/read-whole'
import { ffmpegPackets, hashOf, mediabunnyPackets, mp4boxPackets, shakaRewritten, type ReadPacket } from '../isobmff/testing/read-packets'
import type { AsfFile } from '../media/open-asf'
import { annexBUnits } from './protection/testing/nal-lists'
import { temporaryHome, type TemporaryHome } from './protection/testing/temporary-home'
import { asfToMp4, fileIn, keyFor, mp4ToAsf, protectAsf, protectFixture, trackKey } from './testing/legs'

/** MD5 of each picture, in the order in which they are shown. */
const pictureHashes = (path: string, options: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  execFileSync('ffmpeg', ['-v', 'error', ...options, '-i', path, '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'], {
    encoding: 'utf8',
  })
    .split('\n')
    .flatMap((line) => (line === '' || line.startsWith('#') ? [] : [line.split(',').at(-1)?.trim() ?? '']))

const LONG = 60_000
const VIDEO = 1
const SOUND = 2

/** A sample with start codes in the form that MP4 has, made of the list of its units. */
const prefixed = (sample: Uint8Array): Uint8Array =>
  Buffer.concat(
    annexBUnits(sample).map((unit) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(unit.length / 2)
      return Buffer.concat([length, Buffer.from(unit, 'hex')])
    })
  )

whenInstalled('ffmpeg').describe('what the operators write, read by other programs', () => {
  let folder: string
  let place: TemporaryHome
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'custody-foreign-'))
    place = await temporaryHome()
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    place.remove()
  })

  describe.each(['cenc', 'cens', 'cbc1', 'cbcs'] as const)('MP4 under %s', (scheme) => {
    it.each([
      ['pictures', VIDEO],
      ['sound', SOUND],
    ] as const)('%s: the same samples, by FFmpeg, Shaka Packager, mp4box and mediabunny', async (_, number) => {
      const clear = (await readGood(fixtureNamed('h264-aac.asf').bytes())).receiver.samples.filter(({ track }) => track === number)
      const asf = await protectFixture(place, 'h264-aac.asf', 'mce')
      const files = await asfToMp4(place, asf, { from: 'mce', to: scheme })
      const file = files.get(number) ?? new Uint8Array()
      const expected = clear.map(({ bytes, flags }) => ({ hash: hashOf(number === VIDEO ? prefixed(bytes) : bytes), key: flags === 1 }))
      const found = (packets: ReadonlyArray<ReadPacket>): unknown => packets.map(({ hash, key }) => ({ hash, key }))
      const { key, keyId } = trackKey(number)
      // FFmpeg and mediabunny open the last bytes of a whole sample that are no block too, which cens leaves clear.
      const opensRest = scheme === 'cens' && number === SOUND
      if (!opensRest) expect(found(ffmpegPackets(file, key))).toEqual(expected)
      // mediabunny does not open cbc1.
      if (scheme !== 'cbc1' && !opensRest) expect(found(await mediabunnyPackets(file, key))).toEqual(expected)
      const boxed = mp4boxPackets(file, 1, 1)
      expect(boxed.map((packet) => packet.key)).toEqual(expected.map((packet) => packet.key))
      const path = join(folder, 'track.mp4')
      writeFileSync(path, file)
      const rewritten = shakaRewritten(path, number === VIDEO ? 'video' : 'audio', { keyId, key })
      expect(ffmpegPackets(rewritten).map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash))
    }, LONG)
  })

  describe('NAL units behind lengths in ASF (ADR 46), which only the classic cipher lets others read', () => {
    const cipherKey = createHash('sha1').update(Buffer.from(keyFor('cocktail').key, 'hex')).digest('hex')
    const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=2,noise=alls=20:allf=t']

    it('H.264: FFmpeg, which reads no H.265 in ASF in any form, shows the pictures that it shows of start codes', async () => {
      const source = join(folder, 'clear.asf')
      execFileSync('ffmpeg', ['-v', 'error', ...pictures, '-c:v', 'libx264', '-bf', '2', '-g', '12', '-pix_fmt', 'yuv420p', source])
      const clear = (await fileIn(readFileSync(source))) as AsfFile
      const mp4 = (await asfToMp4(place, await protectAsf(place, clear, 'mce'), { from: 'mce', to: 'cenc' })).get(1) ?? new Uint8Array()
      const back = await temporaryHome()
      try {
        const path = join(folder, 'lengths.asf')
        writeFileSync(path, await mp4ToAsf(back, mp4, { sources: [trackKey(1)], to: 'cocktail' }))
        const shown = pictureHashes(path, ['-cryptokey', cipherKey])
        expect(shown).toEqual(pictureHashes(source))
        expect(shown.length).toBe(50)
      } finally {
        back.remove()
      }
    }, LONG)
  })

  describe('ASF under the classic cipher', () => {
    const cipherKey = createHash('sha1').update(Buffer.from(keyFor('cocktail').key, 'hex')).digest('hex')

    it.each([400, 1000, 3200, 16_384])('in packets of %i bytes: FFmpeg gives the clear packets and the clear frames', async (packetSize) => {
      const fixture = fixtureNamed('wmv2-wma2.wmv')
      const path = join(folder, 'classic.wmv')
      writeFileSync(path, await protectFixture(place, 'wmv2-wma2.wmv', 'cocktail', packetSize))
      const opened = copyThrough(path, 0, ['-cryptokey', cipherKey])
      expect(opened.packets).toEqual(copyThrough(fixture.path).packets)
      expect(decodedThrough(path, ['-cryptokey', cipherKey])).toEqual(decodedThrough(fixture.path))
    }, LONG)

    it('under another key FFmpeg gives other packets, so that the right one does open them', async () => {
      const fixture = fixtureNamed('wmv2-wma2.wmv')
      const path = join(folder, 'classic.wmv')
      writeFileSync(path, await protectFixture(place, 'wmv2-wma2.wmv', 'cocktail'))
      const clear = new Set(copyThrough(fixture.path).packets)
      const wrong = copyThrough(path, 0, ['-cryptokey', `00${cipherKey.slice(2)}`]).packets
      expect(wrong.filter((packet) => clear.has(packet))).toEqual([])
    }, LONG)
  })
})
