import { asfVectors, FIXTURES, fixtureNamed, manifestCounts } from '../testing/fixtures'
import { readGood } from '../testing/read-whole'
import { digestOf } from '../testing/sample-digest'

describe('the hand-made files that FFmpeg confirmed', () => {
  it.each(asfVectors().map((vector) => [vector.id, vector] as const))('%s', async (id, vector) => {
    // The objects of this file are given as they are once deciphered.
    const ciphered = id === 'cocktail-fragmented'
    const { receiver, report } = await readGood(Uint8Array.from(Buffer.from(vector.file, 'hex')))
    const found = receiver.samples.map(({ time, bytes }) => [
      time / 10_000,
      ciphered ? bytes.length : Buffer.from(bytes).toString('hex'),
    ])
    const expected = vector.expectedObjects.map(({ timeMs, data }) => [
      timeMs,
      ciphered ? data.length / 2 : data,
    ])
    expect(found).toEqual(expected)
    expect(report.warnings).toEqual([])
    if (vector.sampleIds)
      expect(receiver.samples.map(({ protection }) => protection)).toEqual(vector.sampleIds)
  })
})

describe('the fixtures, against what FFmpeg counted', () => {
  it('are all in the manifest', () => {
    expect(
      manifestCounts()
        .map(([name]) => name)
        .sort()
    ).toEqual(FIXTURES.map(({ name }) => name))
  })

  it.each(manifestCounts())('%s: %s', async (name, streams) => {
    const { header, receiver, report } = await readGood(fixtureNamed(name).bytes())
    const counts = header.streams.map(({ number }) => {
      const own = receiver.samples.filter(({ track }) => track === number)
      return `${own.length}, ${own.reduce((sum, { bytes }) => sum + bytes.length, 0)}`
    })
    expect(counts.join('; ')).toBe(streams)
    expect(report.warnings).toEqual([])
    expect(receiver.dropped()).toBe(0)
  })
})

describe('reading', () => {
  it.each(FIXTURES)(
    '$name gives the same in small pieces and with a receiver that is often full',
    async (fixture) => {
      const bytes = fixture.bytes()
      const once = await readGood(bytes)
      const piecemeal = await readGood(bytes, { largestRead: 1009, fullEvery: 3 })
      expect(piecemeal.receiver.samples.map(digestOf)).toEqual(once.receiver.samples.map(digestOf))
      expect(piecemeal.report).toEqual(once.report)
    }
  )

  it('takes a compressed payload up again where the receiver had no room', async () => {
    const vector = asfVectors().find(({ id }) => id === 'compressed-payload')
    const bytes = Uint8Array.from(Buffer.from(vector?.file ?? '', 'hex'))
    const { receiver } = await readGood(bytes, { fullEvery: 2 })
    expect(receiver.samples.map(({ time }) => time / 10_000)).toEqual([100, 120, 140])
  })

  it('writes each payload in one piece, so that the units of a cipher can be seen', async () => {
    const vector = asfVectors().find(({ id }) => id === 'cocktail-fragmented')
    const { receiver } = await readGood(Uint8Array.from(Buffer.from(vector?.file ?? '', 'hex')))
    expect(receiver.samples[0]?.writes.length).toBe(3)
    expect(receiver.samples[1]?.writes).toEqual([40])
  })

  it('leaves out the streams that are not asked for', async () => {
    const { receiver, report } = await readGood(fixtureNamed('multi-audio.asf').bytes(), {
      streams: new Set([3]),
    })
    expect(new Set(receiver.samples.map(({ track }) => track))).toEqual(new Set([3]))
    expect(receiver.samples).toHaveLength(142)
    expect(report.warnings).toEqual([])
  })

  it('stops when the receiver wants no more', async () => {
    const { receiver, report } = await readGood(fixtureNamed('wmv2-wma2.wmv').bytes(), { enough: 5 })
    expect(receiver.samples.length).toBeLessThan(20)
    expect(report.packets).toBeLessThan(10)
  })
})
