import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../../test/gate/when-installed'
import { openFileSink } from '../../../io/file-sink'
import { openFileSource } from '../../../io/file-source'
import { must } from '../../../io/testing/temporary-folder'
import { demuxMp4 } from '../../read/demux-mp4'
import { collectingMp4Receiver } from '../../testing/collecting-mp4-receiver'
import { encodeTrack, headerOf, PICTURES, SOUND, type EncodedSample, type EncodedTrack } from '../../testing/encoded-track'
import { ffprobe } from '../../testing/ffmpeg-run'
import { mp4boxBoxes } from '../../testing/mp4box-boxes'
import { PICTURE_FORMS, SOUND_FORMS } from '../../testing/protection-forms'
import { hashOf, mediabunnyPackets, mp4boxPackets, shakaRewritten } from '../../testing/read-packets'
import { KEY, KEY_ID, sealSamples } from '../../testing/sealed-track'
import type { Mp4Track, TrackProtection } from '../mp4-track'
import { openProgressiveWriter } from './progressive-writer'
import type { ProgressiveRun } from './sample-ledger'

const LONG = 60_000
const PER_RUN = 7
const RESERVE = 65_536

interface Part {
  readonly run: ProgressiveRun
  readonly media: ReadonlyArray<Uint8Array>
}

const runsOf = (of: EncodedTrack, { trackId, protection }: Mp4Track, later = 0): ReadonlyArray<Part> =>
  Array.from({ length: Math.ceil(of.samples.length / PER_RUN) }, (_, index) => {
    const samples = of.samples.slice(PER_RUN * index, PER_RUN * (index + 1))
    const sealed = protection && sealSamples(samples, protection, of.codec === 'h264')
    const run = {
      trackId,
      baseDecodeTime: (samples[0]?.dts ?? 0) + later,
      count: samples.length,
      sizes: samples.map(({ bytes }) => bytes.length),
      durations: samples.map(({ duration }) => duration),
      compositionOffsets: samples.map(({ cts, dts }) => cts - dts),
      sync: samples.map(({ key }) => Number(key)),
      ...(sealed && { crypto: sealed.crypto }),
    }
    return { run, media: sealed?.samples ?? samples.map(({ bytes }) => bytes) }
  })

const interleaved = (lists: ReadonlyArray<ReadonlyArray<Part>>): ReadonlyArray<Part> => {
  const most = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: most }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat()
}

const write = async (path: string, tracks: ReadonlyArray<Mp4Track>, parts: ReadonlyArray<Part>, reserve: number): Promise<string> => {
  const sink = await must(openFileSink(path, { overwrite: true }))
  const writer = await must(openProgressiveWriter(sink, tracks, { reserve }))
  for (const { run, media } of parts) await must(writer.add(run, media))
  await must(writer.finish())
  await must(sink.commit())
  return path
}

interface Probe {
  readonly packets: ReadonlyArray<{ readonly pts: number; readonly dts: number; readonly data_hash: string; readonly flags: string }>
}
/** By FFmpeg, from the file: it takes the right IVs where there are no fragments. */
const probed = (path: string, stream: string, ...more: ReadonlyArray<string>) =>
  (ffprobe(...more, '-select_streams', stream, '-show_packets', '-show_data_hash', 'sha256', path) as Probe).packets.map(
    ({ pts, dts, data_hash, flags }) => ({ pts, dts, hash: data_hash.slice(7), key: flags.startsWith('K') })
  )

whenInstalled('ffmpeg').describe('a file with one header for all samples', () => {
  let folder: string
  let pictures: EncodedTrack
  let sound: EncodedTrack
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-progressive-'))
    pictures = encodeTrack(folder, 'v.mp4', ...PICTURES, '-c:v', 'libx264', '-bf', '2', '-g', '12', '-pix_fmt', 'yuv420p')
    sound = encodeTrack(folder, 'a.mp4', ...SOUND, '-c:a', 'aac')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const expectedOf = (samples: ReadonlyArray<EncodedSample>, shift = 0) =>
    samples.map(({ bytes, dts, cts, key }) => ({ pts: cts + shift, dts: dts + shift, hash: hashOf(bytes), key }))

  it.each([
    ['behind its samples', 0],
    ['in front of them', RESERVE],
    ['behind them, where what was kept free is too little', 40],
  ])('has it %s, and is read by every reader', async (_, reserve) => {
    const trim = pictures.samples[0]?.cts ?? 0
    const tracks = [{ ...headerOf(pictures, 1), edit: { mediaTime: trim }, language: 'de' }, headerOf(sound, 2)]
    const later = sound.timescale / 4
    const parts = interleaved([runsOf(pictures, tracks[0] ?? headerOf(pictures)), runsOf(sound, tracks[1] ?? headerOf(sound), later)])
    const path = await write(join(folder, `both-${String(reserve)}.mp4`), tracks, parts, reserve)
    const bytes = readFileSync(path)
    expect(mp4boxBoxes(bytes).map(({ type }) => type).indexOf('moov')).toBe(reserve === RESERVE ? 1 : mp4boxBoxes(bytes).length - 1)
    expect(probed(path, 'v')).toEqual(expectedOf(pictures.samples, -trim))
    expect(probed(path, 'a')).toEqual(expectedOf(sound.samples, later))
    expect(mp4boxPackets(bytes, 2, 1).map(({ hash }) => hash)).toEqual(sound.samples.map((sample) => hashOf(sample.bytes)))
    expect((await mediabunnyPackets(bytes)).map(({ hash, key }) => [hash, key])).toEqual(
      pictures.samples.map((sample) => [hashOf(sample.bytes), sample.key])
    )
    const source = await must(openFileSource(path))
    const receiver = collectingMp4Receiver()
    expect(await demuxMp4(source, receiver)()).toMatchObject(E.right({ samples: pictures.samples.length + sound.samples.length }))
    const own = receiver.samples
      .filter(({ track }) => track === 1)
      .map(({ decodeTime: dts, composition, key, bytes: sample }) => ({ pts: dts + composition, dts, hash: hashOf(sample), key }))
    expect(own).toEqual(expectedOf(pictures.samples, -trim))
    await must(source.close())
    for (const kind of ['video', 'audio'] as const) expect(shakaRewritten(path, kind, undefined).length).toBeGreaterThan(10_000)
  })

  const check = async (of: EncodedTrack, form: TrackProtection, name: string): Promise<void> => {
    const track = { ...headerOf(of), protection: form }
    const path = await write(join(folder, `${name.replace(/\W/g, '-')}.mp4`), [track], runsOf(of, track), RESERVE)
    const expected = expectedOf(of.samples)
    const hashes = expected.map(({ hash }) => hash)
    // FFmpeg opens the last bytes of a sample that are no whole block too, which cens leaves clear.
    const opensRest = form.scheme === 'cens' && of === sound
    if (!opensRest) expect(probed(path, '0', '-decryption_key', KEY)).toEqual(expected)
    // mediabunny 1.61 ends at a senc outside of a fragment.
    expect(mp4boxPackets(readFileSync(path), 1, 1)).toHaveLength(hashes.length)
    const source = await must(openFileSource(path))
    const receiver = collectingMp4Receiver()
    expect(await demuxMp4(source, receiver)()).toMatchObject(E.right({ samples: hashes.length }))
    expect(receiver.samples.every(({ protection }) => protection?.keyId === KEY_ID && protection.scheme === form.scheme)).toBe(true)
    await must(source.close())
  }

  it.each(PICTURE_FORMS)('%s: pictures are read by every reader', (name, form) => check(pictures, form, `pv ${name}`), LONG)
  it.each(SOUND_FORMS)('%s: sound is read by every reader', (name, form) => check(sound, form, `pa ${name}`), LONG)

  it('can be written to a pipe, for nothing is patched', async () => {
    const track = headerOf(sound)
    const fifo = join(folder, 'pipe')
    execFileSync('mkfifo', [fifo])
    const reading = openFileSource(fifo)()
    const writing = write(fifo, [track], runsOf(sound, track), 0)
    const source = await reading
    if (E.isLeft(source)) throw new Error('no pipe')
    const parts: Uint8Array[] = []
    for (;;) {
      const into = new Uint8Array(65_536)
      const read = await must(source.right.read(into))
      if (read === 0) break
      parts.push(into.subarray(0, read))
    }
    await writing
    expect(mp4boxPackets(Buffer.concat(parts), 1, 1).map(({ hash }) => hash)).toEqual(sound.samples.map(({ bytes }) => hashOf(bytes)))
  })
})
