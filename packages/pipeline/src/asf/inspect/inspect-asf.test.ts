import * as E from 'fp-ts/Either'

import type { MediaReport } from '../../media/media-report'
import { readAsfHeader } from '../header/read-asf-header'
import { fixtureNamed, manifestCounts } from '../testing/fixtures'
import { memorySource } from '../testing/memory-source'
import { inspectAsf } from './inspect-asf'

const inspect = async (bytes: Uint8Array): Promise<MediaReport> => {
  const source = memorySource(bytes)
  const header = await readAsfHeader(source)()
  if (E.isLeft(header)) throw new Error('no header')
  const report = await inspectAsf(source, header.right)()
  if (E.isLeft(report)) throw new Error(JSON.stringify(report.left))
  return report.right
}

describe('inspecting', () => {
  it.each(manifestCounts())('%s counts what FFmpeg counts: %s', async (name, counts) => {
    const report = await inspect(fixtureNamed(name).bytes())
    expect(report.counts.map(({ samples, bytes }) => `${samples}, ${bytes}`).join('; ')).toBe(counts)
  })

  it('counts key frames', async () => {
    const report = await inspect(fixtureNamed('long-gop-fragments.asf').bytes())
    expect(report.counts).toEqual([{ number: 1, samples: 30, bytes: 220_937, keyFrames: 1 }])
  })

  it('reports a file that is cut short as far as it goes', async () => {
    const bytes = fixtureNamed('wmv2-wma2.wmv').bytes()
    const report = await inspect(bytes.subarray(0, 100_000))
    expect(report.counts.every(({ samples }) => samples > 10)).toBe(true)
    expect(report.warnings.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^the data end after/)
    )
    expect(report.duration).toBe((await inspect(bytes)).duration)
  })

  it('takes the span of the samples for the duration of a broadcast', async () => {
    const report = await inspect(fixtureNamed('broadcast.asf').bytes())
    expect(report.description.duration).toBeUndefined()
    // Four seconds, less the duration of the last sample.
    expect(report.duration / 10_000_000).toBeCloseTo(4, 0)
  })
})
