import { exportSample, type ExportedSample } from '../command/exported-sample'
import { SAMPLE } from '../command/run-custody'
import { createPlace, removePlaces } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'
import { pictureNalUnits } from '../media/nal-units'
import { ffmpeg, ffprobe, pictureHashes, sampleHashes } from '../media/picture-hashes'

const LONG = 60_000
const PICTURES = 125
/** What an AAC encoder puts before the sound, in instants. */
const PRIMING = 1024
const RATE = 48_000

whenInstalled('ffmpeg').describe('the export, decrypted by ffmpeg', () => {
  let made: ExportedSample

  beforeAll(async () => {
    made = await exportSample(createPlace())
  }, LONG)
  afterAll(removePlaces)

  it(
    'shows the pictures of the clear source, in order',
    async () => {
      const clear = await pictureHashes({ path: SAMPLE })
      expect(clear).toHaveLength(PICTURES)
      expect(await pictureHashes(made.video)).toEqual(clear)
    },
    LONG
  )

  it(
    'has the NAL units of the clear source, parameter sets and delimiters apart',
    async () => {
      const annexB = ['-map', '0:v', '-c', 'copy', '-f', 'h264', '-']
      const clear = pictureNalUnits(await ffmpeg({ path: SAMPLE }, ...annexB))
      expect(clear.length).toBeGreaterThanOrEqual(PICTURES)
      expect(pictureNalUnits(await ffmpeg(made.video, ...annexB))).toEqual(clear)
    },
    LONG
  )

  it(
    'has the sound samples of the clear source, byte for byte',
    async () => {
      const clear = await sampleHashes({ path: SAMPLE }, '0:a')
      expect(clear).toHaveLength(236)
      expect(await sampleHashes(made.audio, '0:a')).toEqual(clear)
    },
    LONG
  )

  it(
    'shows the first picture at 0 and the nth at n / 25 s, in step with the sound',
    async () => {
      const { packets } = await ffprobe<{ readonly packets: ReadonlyArray<{ readonly pts_time: string }> }>(
        made.video,
        '-show_entries',
        'packet=pts_time'
      )
      const shown = packets.map(({ pts_time }) => Number(pts_time)).sort((one, other) => one - other)
      expect(shown).toEqual(Array.from({ length: 125 }, (_, index) => index / 25))
    },
    LONG
  )

  it(
    'begins the sound before time 0 by the priming of its encoder',
    async () => {
      const entries = ['-show_entries', 'packet=pts_time', '-read_intervals', '%+#2']
      const { packets } = await ffprobe<{ readonly packets: ReadonlyArray<{ readonly pts_time: string }> }>(made.audio, ...entries)
      expect(packets.map(({ pts_time }) => Number(pts_time).toFixed(6))).toEqual([(-PRIMING / RATE).toFixed(6), '0.000000'])
    },
    LONG
  )

  it(
    'sounds as the clear source does',
    async () => {
      const samples = ['-map', '0:a', '-f', 's16le', '-']
      const [clear, exported] = [await ffmpeg({ path: SAMPLE }, ...samples), await ffmpeg(made.audio, ...samples)]
      expect(clear.length).toBeGreaterThan(0)
      expect(exported.equals(clear)).toBe(true)
    },
    LONG
  )

  it(
    'is noise to ffmpeg with another key',
    async () => {
      const wrong = { path: made.audio.path, key: made.video.key }
      const [clear, read] = [await sampleHashes({ path: SAMPLE }, '0:a'), await sampleHashes(wrong, '0:a')]
      expect(read.map(({ size }) => size)).toEqual(clear.map(({ size }) => size))
      expect(read.filter(({ hash }, index) => hash === clear[index]?.hash)).toEqual([])
    },
    LONG
  )
})
