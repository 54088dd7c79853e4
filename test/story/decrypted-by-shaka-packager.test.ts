import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { exportSample, type ExportedSample, type ExportedTrack } from '../command/exported-sample'
import { REPOSITORY, SAMPLE } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'
import { pictureNalUnits } from '../media/nal-units'
import { ffmpeg, pictureHashes, sampleHashes } from '../media/picture-hashes'

const LONG = 60_000
const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'osx' }
/** The program itself: the script of the package hides its exit code. */
const PACKAGER = join(
  REPOSITORY,
  'node_modules/shaka-packager/bin',
  `packager-${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
)

whenInstalled('ffmpeg').describe('the export, decrypted by Shaka Packager', () => {
  describe.each(['cenc', 'cbcs'])('under %s', (scheme) => {
    let place: Place
    let made: ExportedSample

    beforeAll(async () => {
      expect(existsSync(PACKAGER)).toBe(true)
      place = createPlace()
      made = await exportSample(place, SAMPLE, [], scheme)
    }, LONG)
    afterAll(removePlaces)

    const decrypt = async ({ path, kind, keyId }: ExportedTrack, key: string, name: string): Promise<string> => {
      const output = place.at(name)
      const stream = `in=${path},stream=${kind},output=${output}`
      const keys = ['--enable_raw_key_decryption', '--keys', `label=:key_id=${keyId}:key=${key}`]
      const { exit, stderr } = await runProgram(PACKAGER, [stream, ...keys, '--quiet', '--temp_dir', place.temporary])
      if (exit !== 0) throw new Error(stderr)
      return output
    }

    it(
      'shows the pictures of the clear source, from the same NAL units',
      async () => {
        const path = await decrypt(made.video, made.video.key, 'shaka-video.mp4')
        expect(await pictureHashes({ path })).toEqual(await pictureHashes({ path: SAMPLE }))
        const annexB = ['-map', '0:v', '-c', 'copy', '-f', 'h264', '-']
        expect(pictureNalUnits(await ffmpeg({ path }, ...annexB))).toEqual(pictureNalUnits(await ffmpeg({ path: SAMPLE }, ...annexB)))
      },
      LONG
    )

    it(
      'has the sound samples of the clear source, byte for byte',
      async () => {
        const path = await decrypt(made.audio, made.audio.key, 'shaka-audio.mp4')
        expect(await sampleHashes({ path }, '0:a')).toEqual(await sampleHashes({ path: SAMPLE }, '0:a'))
      },
      LONG
    )

    it(
      'is other bytes with another key',
      async () => {
        const path = await decrypt(made.audio, made.video.key, 'shaka-wrong.mp4')
        const [clear, read] = [await sampleHashes({ path: SAMPLE }, '0:a'), await sampleHashes({ path }, '0:a')]
        expect(read).toHaveLength(clear.length)
        // What is shorter than a block is left clear by cbcs, in each sample and in one that is no longer.
        const least = scheme === 'cbcs' ? 16 : 0
        expect(read.filter(({ hash, size }, index) => size >= least && hash === clear[index]?.hash)).toEqual([])
      },
      LONG
    )
  })
})
