import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import type { GivenSample } from '../batch/testing/sample-source'
import type { TrackDescription } from '../media/media-description'
import { progress } from './progress'
import type { Progress, ProgressTotal } from './progress-book'
import { passed, untouched } from './testing/passed'

const SECOND = 10_000_000
const track = (number: number, kind: TrackDescription['kind']): readonly [number, TrackDescription] => [
  number,
  { number, kind, codec: 'x', codecPrivate: new Uint8Array(), encrypted: true, bitrate: 0, averageFrameTime: 0 },
]
const tracks = new Map([track(1, 'video'), track(2, 'command')])

const samples = (count: number): ReadonlyArray<GivenSample> =>
  Array.from({ length: count }, (_, index) => ({ bytes: new Uint8Array(10), time: index * SECOND }))

describe('progress', () => {
  const told = async (
    given: ReadonlyArray<GivenSample>,
    total: ProgressTotal,
    { every = 0, tick = 100, batchBytes = 10 } = {}
  ): Promise<ReadonlyArray<Progress>> => {
    const reports: Progress[] = []
    let at = 0
    const clock = { now: () => (at += 1000 * tick) }
    await passed(progress({ total, every, clock, onProgress: (each) => reports.push(each) }), given, { batchBytes, tracks })
    return reports
  }
  const shares = (reports: ReadonlyArray<Progress>): ReadonlyArray<number | undefined> => reports.map(({ share }) => share)

  it('goes by the time that the file states, else by its bytes', async () => {
    expect(shares(await told(samples(4), { duration: 4 * SECOND }))).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(shares(await told(samples(4), { bytes: 80 }))).toEqual([0.125, 0.25, 0.375, 0.5, 1])
    expect(shares(await told(samples(4), { duration: 0, bytes: 80 }))).toEqual([0.125, 0.25, 0.375, 0.5, 1])
    expect(shares(await told(samples(2), {}))).toEqual([undefined, undefined, 1])
  })

  it('says how long it will take still', async () => {
    const reports = await told(samples(4), { duration: 4 * SECOND })
    expect(reports.map(({ elapsed, remaining }) => [elapsed, remaining])).toEqual([
      [100, undefined],
      [200, 600],
      [300, 300],
      [400, 400 / 3],
      [500, 0],
    ])
  })

  it('is told to a person, not at each batch', async () => {
    expect(shares(await told(samples(10), { duration: 10 * SECOND }, { every: 300 }))).toEqual([0, 0.3, 0.6, 0.9, 1])
  })

  it('is not led astray by a command that is due at the end', async () => {
    const [, ...rest] = samples(4)
    const given = [{ bytes: new Uint8Array(10), time: 0 }, { bytes: new Uint8Array(10), time: 3 * SECOND, track: 2 }, ...rest]
    expect(shares(await told(given, { duration: 4 * SECOND }))).toEqual([0, 0, 0.25, 0.5, 0.75, 1])
  })

  it('never falls, and is 1 at the end and nowhere else, whatever the file says', async () => {
    const times = fc.array(fc.nat({ max: 100 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(times, fc.nat({ max: 50 }), fc.nat({ max: 200 }), async (given, duration, bytes) => {
        const list = given.map((time) => ({ bytes: new Uint8Array(10), time }))
        const found = shares(await told(list, { duration, bytes })).filter((share) => share !== undefined)
        expect(found.at(-1)).toBe(1)
        expect(found.slice(0, -1).every((share) => share < 1)).toBe(true)
        expect(found).toEqual([...found].sort((a, b) => a - b))
      }),
      { numRuns: runs(40) }
    )
  })

  it('is not 1 for a run that failed', async () => {
    const reports: Progress[] = []
    const onSample = (index: number): void => {
      if (index === 3) throw new Error('of the source')
    }
    const operator = progress({ total: { bytes: 20 }, every: 0, onProgress: (each) => reports.push(each) })
    await expect(passed(operator, samples(5), { batchBytes: 10, onSample })).rejects.toThrow('of the source')
    expect(reports.length).toBeGreaterThan(0)
    expect(shares(reports)).not.toContain(1)
  })

  it('P4: keeps count, order and bytes', async () => {
    const operator = progress({ total: {}, onProgress: () => undefined })
    expect(await passed(operator, samples(9))).toEqual(await passed(untouched, samples(9)))
  })
})
