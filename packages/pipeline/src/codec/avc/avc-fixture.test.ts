import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { describeAsf } from '../../asf/describe/describe-asf'
import { readGood } from '../../asf/testing/read-whole'
import { mp4Samples } from '../testing/encoded-video'
import { createAvcConverter } from './avc-converter'
import { createSubsampleMap } from '../nal/subsample-map'

const FIXTURE = join(__dirname, '../../../../../test/fixtures/asf/h264-aac.asf')
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

whenInstalled('ffmpeg').describe('H.264 behind start codes in ASF', () => {
  it('gives the configuration record and the samples that FFmpeg writes in MP4', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-fixture-'))
    try {
      const mp4 = join(folder, 'a.mp4')
      execFileSync('ffmpeg', ['-v', 'error', '-i', FIXTURE, '-map', '0:v', '-c', 'copy', mp4])
      const wanted = mp4Samples(mp4)
      const { header, receiver } = await readGood(readFileSync(FIXTURE))
      const track = describeAsf(header).tracks.find(({ codec }) => codec === 'h264')
      const converter = createAvcConverter(track?.codecPrivate ?? new Uint8Array())
      const map = createSubsampleMap('whole-blocks')
      const written = receiver.samples
        .filter(({ track: number }) => number === track?.number)
        .map(({ bytes }) => {
          const output = new Uint8Array(Math.floor((bytes.length * 5) / 4))
          const converted = converter.convert(bytes, 0, bytes.length, output, 0, map)
          if (E.isLeft(converted)) throw new Error(JSON.stringify(converted.left))
          return { ...converted.right, text: hex(output.subarray(0, converted.right.bytes)) }
        })
      expect(written.length).toBeGreaterThan(10)
      expect(written.map(({ text }) => text)).toEqual(wanted.samples.map(({ bytes }) => hex(bytes)))
      expect(written.map(({ idr }) => idr)).toEqual(wanted.samples.map(({ key }) => key))
      expect(hex(converter.configuration() ?? new Uint8Array())).toBe(hex(wanted.record))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
