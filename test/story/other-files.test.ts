import { join } from 'node:path'

import { exportSample, type ExportedSample } from '../command/exported-sample'
import { createPlace, removePlaces } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'
import { pictureHashes, sampleHashes } from '../media/picture-hashes'

const LONG = 60_000
/** H.264 and MP3 in packets of 16 KiB, many payloads in each. */
const FILE = join(__dirname, '../fixtures/asf/big-packets-16k.asf')

whenInstalled('ffmpeg').describe('a file of other makings than the sample, exported and decrypted by ffmpeg', () => {
  let made: ExportedSample

  beforeAll(async () => {
    made = await exportSample(createPlace(), FILE)
  }, LONG)
  afterAll(removePlaces)

  it(
    'shows the pictures of the clear source, in order',
    async () => {
      expect(await pictureHashes(made.video)).toEqual(await pictureHashes({ path: FILE }))
    },
    LONG
  )

  it(
    'has the sound samples of the clear source, byte for byte',
    async () => {
      expect(made.audio.mime).toBe('audio/mp4; codecs="mp4a.6B"')
      expect(await sampleHashes(made.audio, '0:a')).toEqual(await sampleHashes({ path: FILE }, '0:a'))
    },
    LONG
  )
})
