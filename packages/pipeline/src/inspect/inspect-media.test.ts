import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { FIXTURES, fixtureNamed, manifestCounts } from '../asf/testing/fixtures'
import { memorySource } from '../asf/testing/memory-source'
import { inspectMedia } from './inspect-media'

const FTYP = Uint8Array.from(Buffer.from('00000010667479706d70343200000000', 'hex'))

describe('inspecting media', () => {
  it.each(FIXTURES.map(({ name }) => name))('counts in %s what FFmpeg counts, in whatever pieces it is read', async (name) => {
    const counts = new Map(manifestCounts()).get(name)
    const reports = await Promise.all(
      [Infinity, 5].map((largestRead) => inspectMedia(memorySource(fixtureNamed(name).bytes(), largestRead))())
    )
    for (const report of reports) {
      if (E.isLeft(report)) throw new Error(report.left.type)
      expect(report.right.description.container).toBe('asf')
      expect(report.right.counts.map(({ samples, bytes }) => `${samples}, ${bytes}`).join('; ')).toBe(counts)
    }
  })

  it('tells MP4 by its first box', async () => {
    const report = await inspectMedia(memorySource(FTYP))()
    expect(E.isLeft(report) ? report.left : report.right.description).toMatchObject(
      E.isLeft(report) ? { format: 'mp4' } : { container: 'mp4' }
    )
  })

  it('R16: answers any bytes with a report or a named fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        const report = await inspectMedia(memorySource(bytes))()
        if (E.isLeft(report)) expect(report.left.type).toMatch(/^(MalformedMedia|TruncatedMedia|UnsupportedMedia)$/)
      })
    )
  })
})
