import { createHash } from 'node:crypto'

import { fixtureNamed } from '../asf/testing/fixtures'
import { openBatch, type BatchInside } from '../batch/batch-inside'
import { SCHEME_CENC, SCHEME_MCE, SCHEME_NONE } from '../batch/schemes'
import { sampleSource, type GivenSample } from '../batch/testing/sample-source'
import { readingSink } from '../batch/testing/read-batch'
import type { Clear, Content } from '../batch/state'
import { faultOf } from '../fault/testing/fault-of'
import { createPool, poolStatus } from '../lease/pool'
import { eachBatch } from '../lease/stage'
import { runPipeline } from '../lease/run-pipeline'
import { asfToMp4, fileIn, protectFixture } from './testing/legs'
import { passed, untouched } from './testing/passed'
import { temporaryHome } from './protection/testing/temporary-home'
import { verify, type VerifyOptions } from './verify'
import { demuxContent } from './demux'
import { lastValueFrom } from 'rxjs'

const ranges = (...pairs: ReadonlyArray<readonly [number, number]>) => ({
  clear: pairs.map(([clear]) => clear),
  protected: pairs.map(([, covered]) => covered),
  first: 0,
  count: pairs.length,
})
const protectedSamples = (count: number): ReadonlyArray<GivenSample> =>
  Array.from({ length: count }, (_, index) => ({
    track: 1 + (index % 2),
    bytes: Uint8Array.from({ length: 20 }, (_each, at) => 20 * index + at),
    time: 10 * index,
    scheme: SCHEME_CENC,
    ranges: ranges([4, 8], [3, 5]),
  }))

describe('verify', () => {
  const foundBy = (options: VerifyOptions, spoil: (inside: BatchInside) => void, given = protectedSamples(6)) => {
    const pool = createPool()
    const spoiled = eachBatch<Content>('spoil', (batch) => {
      spoil(openBatch(batch))
      return batch
    })
    const source = sampleSource<Content>(pool, given, { state: 'content' })
    return faultOf(runPipeline(pool, source, spoiled, verify(options), readingSink())).finally(() => {
      expect(poolStatus(pool).out).toBe(0)
    })
  }

  it('P4: keeps count, order and bytes of what is good', async () => {
    const given = protectedSamples(9)
    const options = { schemes: new Set(['cenc'] as const), onDigests: () => undefined }
    expect(await passed(verify(options), given)).toEqual(await passed(untouched, given))
  })

  it.each<readonly [string, (columns: BatchInside['columns'], inside: BatchInside) => void, object]>([
    [
      'a sample that reaches out of its lease',
      (columns, { lease }) => (columns.offset[5] = lease.bytes.length - 19),
      { track: 2, sample: 3, expected: expect.stringContaining('of the lease') as unknown },
    ],
    [
      'two that lie over each other',
      (columns) => (columns.offset[3] = (columns.offset[2] ?? 0) + 19),
      { track: 2, sample: 2, expected: 'bytes of its own', found: 'an overlap of 1' },
    ],
    [
      'two that lie over each other out of order',
      (columns) => (columns.offset[4] = (columns.offset[0] ?? 0) + 1),
      { sample: expect.any(Number) as unknown, expected: 'bytes of its own' },
    ],
    [
      'ranges that do not add up',
      (columns) => (columns.protected[4] = 9),
      { track: 1, sample: 2, expected: 'ranges of 20 bytes', found: 'ranges of 21' },
    ],
    [
      'a decode time before the one before',
      (columns) => (columns.decodeTime[4] = 19),
      { track: 1, sample: 3, expected: 'a decode time of 20 or later', found: '19' },
    ],
    ['a time that is none', (columns) => (columns.decodeTime[4] = Number.NaN), { track: 1, sample: 3, found: 'NaN' }],
    ['a sample declared clear', (columns) => (columns.scheme[1] = SCHEME_NONE), { track: 2, sample: 1, expected: 'protection', found: 'none' }],
    ['another scheme', (columns) => (columns.scheme[5] = SCHEME_MCE), { track: 2, sample: 3, expected: 'cenc or cbcs', found: 'mce' }],
  ])('finds %s', async (_, spoil, wanted) => {
    const fault = await foundBy({ schemes: new Set(['cenc', 'cbcs']) }, (inside) => {
      spoil(inside.columns, inside)
    })
    expect(fault).toMatchObject({ type: 'VerificationFailed', ...wanted })
  })

  it('numbers samples through the batches of a run, and anew in the next', async () => {
    const pool = createPool({ batchBytes: 20 })
    const operator = verify()
    const given = protectedSamples(6).map((sample, index) => (index === 5 ? { ...sample, time: 1 } : sample))
    for (let run = 0; run < 2; run += 1) {
      const source = sampleSource<Content>(pool, given, { state: 'content' })
      expect(await faultOf(runPipeline(pool, source, operator, readingSink()))).toMatchObject({ track: 2, sample: 3 })
    }
  })

  it('takes samples in any place of the lease, also behind each other', async () => {
    const pool = createPool()
    const swapped = eachBatch<Content>('swap', (batch) => {
      const { columns } = openBatch(batch)
      const [first = 0, second = 0] = columns.offset
      columns.offset.set([second, first])
      return batch
    })
    const source = sampleSource<Content>(pool, protectedSamples(4), { state: 'content' })
    expect(await lastValueFrom(runPipeline(pool, source, swapped, verify(), readingSink()))).toHaveLength(4)
  })

  it('lets samples pass that are declared clear where that is allowed, and clear media', async () => {
    const given = protectedSamples(3).map((sample, index) => (index === 1 ? { track: 9, bytes: sample.bytes } : sample))
    expect(await passed(verify({ allowDeclaredClear: true }), given)).toHaveLength(3)
    const clear = [{ bytes: new Uint8Array(9) }]
    expect(await passed(verify({ schemes: new Set(['cenc']) }), clear, { state: 'clear' })).toHaveLength(1)
    const pool = createPool()
    const marked = sampleSource<Clear>(pool, protectedSamples(1), { state: 'clear' })
    expect(await faultOf(runPipeline(pool, marked, verify(), readingSink()))).toMatchObject({ expected: 'no protection of clear media' })
  })

  describe('digests', () => {
    const digestsOf = async (given: ReadonlyArray<GivenSample>, batchBytes: number): Promise<ReadonlyMap<number, string>> => {
      let told: ReadonlyMap<number, string> = new Map()
      await passed(verify({ allowDeclaredClear: true, onDigests: (digests) => (told = digests) }), given, { batchBytes })
      return told
    }
    const sha256 = (...parts: ReadonlyArray<Uint8Array>): string => createHash('sha256').update(Buffer.concat(parts)).digest('hex')

    it('are of the protected bytes of each track, however they are cut into batches', async () => {
      const given = [...protectedSamples(4), { track: 3, bytes: Uint8Array.of(7, 7), scheme: SCHEME_MCE, id: new Uint8Array(8) }]
      const protectedOf = (track: number): ReadonlyArray<Uint8Array> =>
        given.filter((sample) => sample.track === track).flatMap(({ bytes }) => [bytes.subarray(4, 12), bytes.subarray(15, 20)])
      const wanted = new Map([
        [1, sha256(...protectedOf(1))],
        [2, sha256(...protectedOf(2))],
        [3, sha256(Uint8Array.of(7, 7))],
      ])
      for (const batchBytes of [20, 50, 1000]) expect(await digestsOf(given, batchBytes)).toEqual(wanted)
    })

    it('R1: are of nothing where nothing is protected', async () => {
      expect(await digestsOf([{ bytes: Uint8Array.of(1, 2, 3) }], 64)).toEqual(new Map([[1, sha256()]]))
    })
  })

  it('finds nothing in files of our own making, and the same digests twice', async () => {
    const place = await temporaryHome()
    try {
      expect(fixtureNamed('h264-aac.asf').bytes().length).toBeGreaterThan(0)
      const asf = await protectFixture(place, 'h264-aac.asf', 'mce')
      const packaged = [...(await asfToMp4(place, asf, { from: 'mce', to: 'cenc' })).values()]
      const told: Array<ReadonlyMap<number, string>> = []
      for (const bytes of [...packaged, ...packaged]) {
        const pool = createPool()
        const operator = verify({ schemes: new Set(['cenc']), onDigests: (digests) => told.push(digests) })
        await lastValueFrom(runPipeline(pool, demuxContent(await fileIn(bytes), pool), operator, readingSink()))
      }
      expect(told).toHaveLength(2 * packaged.length)
      expect(told.slice(packaged.length)).toEqual(told.slice(0, packaged.length))
      expect(new Set(told.flatMap((each) => [...each.values()])).size).toBe(packaged.length)
    } finally {
      place.remove()
    }
  })
})
