import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyId } from '@custody/core/identity'

import { corpusFolder, whenInstalled } from '../../../../test/gate/when-installed'
import type { ReadRow } from '../batch/testing/read-batch'
import { probePackets } from '../asf/testing/ffmpeg'
import { PipelineError } from '../fault/pipeline-error'
import { ffmpeg } from '../isobmff/testing/ffmpeg-run'
import { hashOf } from '../isobmff/testing/read-packets'
import { independentCtr } from './protection/testing/independent-ctr'
import { temporaryHome, type TemporaryHome } from './protection/testing/temporary-home'
import { fileIn, keyFor, mp4ToAsf, rowsOf } from './testing/legs'

const LONG = 60_000
const KEY_ID = '0102030405060708090a0b0c0d0e0f10' as KeyId
const KEY = '00112233445566778899aabbccddeeff'

const opened = ({ iv, bytes }: ReadRow): Uint8Array => independentCtr(keyFor('mce').key, iv, bytes)

/** Digest of the joined samples of a track. */
const digestOf = (rows: ReadonlyArray<ReadRow>, track: number): string => {
  const hash = createHash('sha256')
  for (const row of rows) if (row.track === track) hash.update(opened(row))
  return hash.digest('hex')
}

interface Vector {
  readonly id: string
  readonly files: ReadonlyArray<{ readonly path: string }>
  /** Hex by key ID. */
  readonly keys: Readonly<Record<string, string>>
  readonly negative?: boolean
  readonly tracks?: Readonly<Record<string, { readonly samples: number; readonly clearSha256: string }>>
}

const corpus = join(corpusFolder() ?? '', 'thirdparty')
const VECTORS: ReadonlyArray<Vector> =
  corpusFolder() === undefined
    ? []
    : (JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { readonly vectors: ReadonlyArray<Vector> }).vectors

describe('MP4 to ASF', () => {
  let place: TemporaryHome
  let folder: string
  beforeEach(async () => {
    place = await temporaryHome()
    folder = mkdtempSync(join(tmpdir(), 'custody-mp4-'))
  })
  afterEach(() => {
    place.remove()
    rmSync(folder, { recursive: true })
  })

  whenInstalled('ffmpeg').it(
    'P2: takes over both tracks of a progressive file of FFmpeg, byte for byte, with its configuration records',
    async () => {
      const [clear, covered] = [join(folder, 'clear.mp4'), join(folder, 'covered.mp4')]
      const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=2', '-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=2']
      const encoders = ['-c:v', 'libx264', '-bf', '2', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
      ffmpeg(new Uint8Array(), ...pictures, ...encoders, '-movflags', '+faststart', '-y', clear)
      const scheme = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', KEY, '-encryption_kid', KEY_ID]
      ffmpeg(new Uint8Array(), '-i', clear, '-c', 'copy', ...scheme, '-movflags', '+faststart', '-y', covered)
      const asf = await mp4ToAsf(place, readFileSync(covered), { sources: [{ keyId: KEY_ID, key: KEY }], to: 'mce' })
      const rows = await rowsOf(asf)
      const packets = probePackets(clear)
      for (const track of [1, 2]) {
        const wanted = packets.filter(({ stream }) => stream === track - 1)
        expect(wanted.length).toBeGreaterThan(40)
        const own = rows.filter((row) => row.track === track)
        expect(own.map((row) => [hashOf(opened(row)), row.flags])).toEqual(
          wanted.map(({ sha256, key }) => [sha256, Number(key)])
        )
      }
      const [here, there] = [await fileIn(readFileSync(clear)), await fileIn(asf)]
      for (const track of here.tracks.values()) {
        const { codec, codecPrivate } = track
        expect(there.tracks.get(track.number)).toMatchObject({ codec, codecPrivate: new Uint8Array(codecPrivate) })
      }
    },
    LONG
  )

  whenInstalled('corpus').describe('from other packagers', () => {
    it.each(VECTORS.filter(({ negative }) => negative !== true).map((vector) => [vector.id, vector] as const))(
      '%s: its samples have the digests of the manifest under the key of the new file',
      async (_, { files, keys, tracks = {} }) => {
        const bytes = new Uint8Array(Buffer.concat(files.map(({ path }) => readFileSync(join(corpus, path)))))
        const sources = Object.entries(keys).map(([keyId, key]) => ({ keyId: keyId as KeyId, key }))
        const rows = await rowsOf(await mp4ToAsf(place, bytes, { sources, to: 'mce' }))
        for (const [track, { clearSha256, samples }] of Object.entries(tracks)) {
          expect([rows.filter((row) => row.track === Number(track)).length, digestOf(rows, Number(track))]).toEqual([samples, clearSha256])
        }
      },
      LONG
    )

    it('is refused by name where nothing opens the samples, and nothing is written', async () => {
      for (const { files } of VECTORS.filter(({ negative }) => negative === true)) {
        const bytes = new Uint8Array(Buffer.concat(files.map(({ path }) => readFileSync(join(corpus, path)))))
        const writing = mp4ToAsf(place, bytes, { sources: [{ keyId: KEY_ID, key: KEY }], to: 'mce' })
        await expect(writing).rejects.toBeInstanceOf(PipelineError)
        await expect(writing).rejects.toMatchObject({ fault: { type: 'SampleInfoMissing' } })
      }
    })
  })
})
