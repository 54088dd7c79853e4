import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { corpusFolder, whenInstalled } from '../../../../../test/gate/when-installed'
import { inspectMedia } from '../../inspect/inspect-media'
import { isPipelineFaultWithOffset } from '../testing/fault-offset'
import { probePackets, probeStreams } from '../testing/ffmpeg'
import { memorySource } from '../testing/memory-source'
import { readWhole, type WholeReading } from '../testing/read-whole'

const folder = join(corpusFolder() ?? '', 'asf-wild')
const FILES = corpusFolder() === undefined ? ['(no corpus)'] : readdirSync(folder).filter((name) => /\.(asf|wma|wmv)$/.test(name))
const ALL = 30
const SECOND = 1000

/** Files that stop within a packet: FFmpeg hands out what is there of its last sample, as if that were the sample. */
const CUT_SHORT: Readonly<Record<string, number>> = { 'mutagen-issue_29.wma': 1, 'tinytag-lossless.wma': 1 }

/** What each file is refused for, without and with salvage; all others are read. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'mediafile-full.wma': /Data Object GUID/,
  'mediafile-pure.wma': /Data Object GUID/,
  'tinytag-invalid_object_size.wma': /File Properties/,
  'tinytag-zero_value_properties.wma': /packet size above 0/,
}
/** The same for those that are read with salvage only: they end before their last packet. */
const TRUNCATED: ReadonlySet<string> = new Set([
  'audioscan-wma92-multiple-tags.wma',
  'mutagen-issue_29.wma',
  'taglib-real_example.wma',
  'tinytag-lossless.wma',
  'tinytag-test2.wma',
])

interface Sample {
  readonly milliseconds: number
  readonly size: number
  readonly sha256: string
}

type Streams = ReadonlyArray<ReadonlyArray<Sample>>

/** FFmpeg tells no stream numbers and has an order of its own, so streams go by their samples. */
const inOrder = (streams: Streams): Streams => [...streams].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))

/** What FFmpeg makes of pictures in the header is no stream of the file. */
const probedSamples = (name: string): Streams => {
  const path = join(folder, name)
  const packets = probePackets(path)
  const own = probeStreams(path).filter(({ picture }) => !picture)
  return inOrder(
    own.map(({ index }) => {
      const samples = packets.filter(({ stream }) => stream === index)
      const whole = samples.slice(0, samples.length - (CUT_SHORT[name] ?? 0))
      return whole.map(({ milliseconds, size, sha256 }) => ({ milliseconds, size, sha256 }))
    })
  )
}

const ownSamples = ({ header, receiver }: WholeReading): Streams =>
  inOrder(
    header.streams.map(({ number }) =>
      receiver.samples
        .filter(({ track }) => track === number)
        .map(({ time, bytes }) => ({
          milliseconds: time / 10_000,
          size: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        }))
    )
  )

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))

whenInstalled('corpus').describe('files of other encoders', () => {
  it('are all there', () => {
    expect(FILES).toHaveLength(ALL)
  })

  it.each(FILES)('%s is read, or refused with a place and a reason, within a second', async (name) => {
    for (const salvage of [false, true]) {
      const started = performance.now()
      const reading = await readWhole(bytesOf(name), { salvage })
      expect(performance.now() - started).toBeLessThan(SECOND)
      const expected = REFUSED[name] ?? (TRUNCATED.has(name) && !salvage ? /^\d+ packets of \d+ bytes$/ : undefined)
      expect({ name, salvage, read: E.isRight(reading) }).toEqual({ name, salvage, read: expected === undefined })
      if (E.isRight(reading)) continue
      expect(isPipelineFaultWithOffset(reading.left)).toBe(true)
      expect(reading.left).toMatchObject({ expected: expect.stringMatching(expected ?? /./) })
    }
  })
})

whenInstalled('corpus').describe('inspecting files of other encoders', () => {
  it.each(FILES)('%s: counts and places are in the file, whatever it is cut to', async (name) => {
    const bytes = bytesOf(name)
    for (const length of [bytes.length, Math.floor(bytes.length * 0.8)]) {
      const report = await inspectMedia(memorySource(bytes.subarray(0, length)))()
      if (E.isLeft(report)) {
        expect(isPipelineFaultWithOffset(report.left)).toBe(true)
        continue
      }
      const { warnings, details, counts } = report.right
      for (const { offset } of warnings) expect(offset).toBeLessThanOrEqual(length)
      for (const { at, bytes: size } of details?.objects ?? []) expect(at + size).toBeLessThanOrEqual(length)
      if (REFUSED[name] !== undefined || length < bytes.length) continue
      const read = await readWhole(bytes, { salvage: true })
      const samples = E.isRight(read) ? read.right.receiver.samples : []
      for (const { number, samples: count } of counts) {
        expect(samples.filter(({ track }) => track === number)).toHaveLength(count)
      }
    }
  })

  it('the one with two bit rates says which streams exclude each other; indexes are found', async () => {
    const report = await inspectMedia(memorySource(bytesOf('audioscan-wma92-mbr.wma')))()
    // Read from a hex dump of the file.
    expect(E.isRight(report) && report.right.details).toMatchObject({
      exclusions: [{ by: 'bitrate', groups: [[1], [2]] }],
      packets: { size: 800, count: 9 },
      indexes: [
        { kind: 'Index', at: 12_661, entries: 5, tracks: [1, 2] },
        { kind: 'Simple Index', at: 12_763, entries: 0 },
      ],
    })
  })
})

whenInstalled('corpus').describe('their samples, against FFmpeg', () => {
  whenInstalled('ffmpeg').it('are the same in every file that is read', async () => {
    for (const name of FILES.filter((file) => REFUSED[file] === undefined)) {
      const reading = await readWhole(bytesOf(name), { salvage: true })
      if (E.isLeft(reading)) throw new Error(`${name}: ${JSON.stringify(reading.left)}`)
      expect({ name, samples: ownSamples(reading.right) }).toEqual({ name, samples: probedSamples(name) })
    }
  })
})
