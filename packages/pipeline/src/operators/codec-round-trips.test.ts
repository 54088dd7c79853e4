import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { whenInstalled } from '../../../../test/gate/when-installed'
import { readGood } from '../asf/testing/read-whole'
import type { ReadRow } from '../batch/testing/read-batch'
import { cocktailUnder } from '../cipher/cocktail/cocktail'
import { ffmpeg } from '../isobmff/testing/ffmpeg-run'
import { ffmpegPackets, hashOf } from '../isobmff/testing/read-packets'
import type { ProtectionScheme } from '../isobmff/write/mp4-track'
import type { AsfFile } from '../media/open-asf'
import { hevcUnits, lengthPrefixedUnits, annexBUnits } from './protection/testing/nal-lists'
import { temporaryHome, type TemporaryHome } from './protection/testing/temporary-home'
import { asfToMp4, fileIn, keyFor, mp4ToAsf, protectAsf, rowsOf, trackKey } from './testing/legs'

const LONG = 60_000
const PICTURES = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=2,noise=alls=20:allf=t']
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=2', '-ac', '2']

const HEVC = [...PICTURES, '-c:v', 'libx265', '-tag:v', 'HEVC', '-strict', '-2', '-x265-params', 'log-level=none:keyint=12']

/** Every codec that FFmpeg writes to ASF and MP4 has a form for; Windows Media Video has none. */
const CODECS: ReadonlyArray<readonly [codec: string, args: ReadonlyArray<string>]> = [
  ['h264', [...PICTURES, '-c:v', 'libx264', '-bf', '2', '-g', '12', '-pix_fmt', 'yuv420p']],
  ['hevc', HEVC],
  ['aac', [...SOUND, '-c:a', 'aac']],
  ['mp3', [...SOUND, '-c:a', 'libmp3lame']],
  ['ac3', [...SOUND, '-c:a', 'ac3']],
  ['flac', [...SOUND, '-c:a', 'flac']],
  ['wmav1', [...SOUND, '-c:a', 'wmav1']],
  ['wmav2', [...SOUND, '-c:a', 'wmav2']],
]

/** Their times leave as the file has them; those of the others are rebuilt: see docs/explanation/times.md. */
const NOT_CORRECTED: ReadonlySet<string> = new Set(['ac3', 'flac', 'wmav1', 'wmav2'])
const MILLISECOND = 10_000

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Opens the units of a row by the classic cipher itself. */
const opened = ({ bytes, ranges }: ReadRow): Uint8Array => {
  const clear = bytes.slice()
  const cipher = cocktailUnder(createHash('sha1').update(Buffer.from(keyFor('cocktail').key, 'hex')).digest())
  let at = 0
  for (const [, unit] of ranges) {
    cipher.decrypt(clear, at, at + unit)
    at += unit
  }
  return clear
}

/** The normal form of a sample: its NAL units, or its bytes. */
const normalForm = (codec: string, inAsf: boolean): ((sample: Uint8Array) => ReadonlyArray<string>) => {
  if (codec === 'h264') return inAsf ? annexBUnits : lengthPrefixedUnits
  if (codec === 'hevc') return inAsf ? hevcUnits : lengthPrefixedUnits
  return (sample) => [hex(sample)]
}

whenInstalled('ffmpeg').describe('ASF to MP4 to ASF', () => {
  let folder: string
  let places: ReadonlyArray<TemporaryHome>
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-codecs-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  beforeEach(async () => {
    places = await Promise.all([temporaryHome(), temporaryHome(), temporaryHome()])
  })
  afterEach(() => {
    for (const { remove } of places) remove()
  })

  const encoded = (codec: string, args: ReadonlyArray<string>): Uint8Array => {
    const path = join(folder, `${codec}.asf`)
    ffmpeg(new Uint8Array(), ...args, '-y', path)
    return readFileSync(path)
  }

  const comesBack = async (codec: string, args: ReadonlyArray<string>, scheme: ProtectionScheme): Promise<void> => {
    const [here, there, back] = places
    if (here === undefined || there === undefined || back === undefined) throw new Error('no homes')
    const clear = encoded(codec, args)
    const { receiver } = await readGood(clear)
    const asf = await protectAsf(here, (await fileIn(clear)) as AsfFile, 'cocktail')
    const files = await asfToMp4(there, asf, { from: 'cocktail', to: scheme })
    const [[number, mp4] = [0, new Uint8Array()]] = files
    const again = await mp4ToAsf(back, mp4, { sources: [trackKey(number)], to: 'cocktail' })
    const rows = await rowsOf(again, 'cocktail')
    expect(rows.length).toBeGreaterThan(15)
    expect(rows.map((row) => normalForm(codec, false)(opened(row)))).toEqual(
      receiver.samples.map(({ bytes }) => normalForm(codec, true)(bytes))
    )
    expect(rows.map(({ flags }) => flags)).toEqual(receiver.samples.map(({ flags }) => flags))
    const shown = ffmpegPackets(mp4, trackKey(number).key)
    expect(rows.map((row) => hashOf(opened(row)))).toEqual(shown.map(({ hash }) => hash))
    // ASF counts milliseconds.
    rows.forEach(({ time }, index) => {
      expect(Math.abs(time / 1e7 - (shown[index]?.seconds ?? Number.NaN))).toBeLessThanOrEqual(0.001)
      if (NOT_CORRECTED.has(codec)) expect(Math.abs(time - (receiver.samples[index]?.time ?? Number.NaN))).toBeLessThanOrEqual(MILLISECOND)
    })
  }

  it.each(CODECS)('P2: %s comes back with the same samples, order, key flags and times', (codec, args) => comesBack(codec, args, 'cbcs'), LONG)

  it.each(['cenc', 'cens', 'cbc1'] as const)('P2: so does H.265 under %s', (scheme) => comesBack('hevc', HEVC, scheme), LONG)

  it.each(['wmv1', 'wmv2'])('%s is refused by name, for MP4 has no form of it', async (codec) => {
    const [here, there] = places
    if (here === undefined || there === undefined) throw new Error('no homes')
    const asf = await protectAsf(here, (await fileIn(encoded(codec, [...PICTURES, '-c:v', codec]))) as AsfFile, 'mce')
    await expect(asfToMp4(there, asf, { from: 'mce', to: 'cenc' })).rejects.toMatchObject({
      fault: { type: 'UnsupportedMedia', what: `${codec} in stream 1: no form of it in fragmented MP4` },
    })
  })
})
