import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { protect } from '../command/exported-sample'
import { custody, FIXTURES } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'
import { pictureNalUnits } from '../media/nal-units'
import { streamSamples } from '../media/stream-samples'

const LONG = 60_000
const WINDOW = 16
/** Fewer different bytes than this are padding, which stands in any file. */
const LEAST_VARIETY = 6

/** Chunks of MMS over HTTP are no ASF file. */
const files = readdirSync(FIXTURES).filter((name) => /\.(asf|wma|wmv)$/.test(name))

const LENGTH_BYTES = 4

/** NAL units of H.264 stand behind lengths in protected files, without parameter sets and delimiters (ADR 46). */
const guardedSize = (codec: string, sample: Buffer): number =>
  codec === 'video h264'
    ? pictureNalUnits(sample).reduce((sum, unit) => sum + LENGTH_BYTES + unit.length / 2, 0)
    : sample.length

interface Inspection {
  readonly streams: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly warnings: ReadonlyArray<unknown>
}

/** Every run of 16 bytes of a file. */
const windowsOf = (bytes: Buffer): ReadonlySet<string> => {
  const text = bytes.toString('latin1')
  const windows = new Set<string>()
  for (let at = 0; at + WINDOW <= text.length; at += 1) windows.add(text.slice(at, at + WINDOW))
  return windows
}

/** Runs of 16 bytes of a sample that stand in a file; those of padding are left out. */
const runsFound = (sample: Buffer, windows: ReadonlySet<string>): ReadonlyArray<number> => {
  const text = sample.toString('latin1')
  const found: number[] = []
  for (let at = 0; at + WINDOW <= text.length; at += 1) {
    const run = text.slice(at, at + WINDOW)
    if (windows.has(run) && new Set(run).size >= LEAST_VARIETY) found.push(at)
  }
  return found
}

whenInstalled('ffmpeg').describe('every ASF fixture, protected', () => {
  let place: Place

  beforeAll(() => {
    place = createPlace()
    expect(files.length).toBeGreaterThanOrEqual(11)
  })
  afterAll(removePlaces)

  /** What `inspect` shows of a file, apart from what protecting has to change. */
  const inspectedStreams = async (path: string): Promise<Inspection> => {
    const { streams, warnings } = JSON.parse((await custody(place, 'inspect', '--json', path)).stdout) as Inspection
    const kept = streams.map(({ bytes, ...stream }) => ({ ...stream, ...(stream['codec'] !== 'h264' && { bytes }), encrypted: undefined }))
    return { streams: kept, warnings }
  }

  it.each(files)(
    '%s: the same streams and sample sizes to ffprobe and inspect, and nothing of a sample in the clear',
    async (name) => {
      const clear = join(FIXTURES, name)
      const guarded = place.at(`guarded-${name}`)
      await protect(place, guarded, { input: clear })
      const [before, after] = [await streamSamples(clear), await streamSamples(guarded)]
      const shape = (streams: typeof before, sizeOf: (codec: string, sample: Buffer) => number): ReadonlyArray<unknown> =>
        streams.map(({ index, codec, samples }) => ({ index, codec, sizes: samples.map((sample) => sizeOf(codec, sample)) }))
      expect(shape(after, (_, { length }) => length)).toEqual(shape(before, guardedSize))
      expect(before.flatMap(({ samples }) => samples).length).toBeGreaterThan(0)

      const windows = windowsOf(readFileSync(guarded))
      for (const { index, samples } of before) {
        const same = samples.flatMap((sample, at) => (after[index]?.samples[at]?.equals(sample) === true ? [at] : []))
        const clearRuns = samples.flatMap((sample, at) => (runsFound(sample, windows).length > 0 ? [at] : []))
        expect({ name, index, same, clearRuns }).toEqual({ name, index, same: [], clearRuns: [] })
      }
      const inspected = await inspectedStreams(guarded)
      expect(inspected.warnings).toEqual([])
      expect(inspected.streams).toEqual((await inspectedStreams(clear)).streams)
    },
    LONG
  )

  it('the search finds the samples of a clear file', async () => {
    const path = join(FIXTURES, 'big-packets-16k.asf')
    const windows = windowsOf(readFileSync(path))
    const [stream] = await streamSamples(path)
    expect((stream?.samples ?? []).filter((sample) => runsFound(sample, windows).length > 0).length).toBe(100)
  }, LONG)
})
