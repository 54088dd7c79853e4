import type { KeyId } from '@custody/core/identity'
import type { Grant } from '@custody/core/transfer'
import { lastValueFrom, tap, toArray } from 'rxjs'

import { fixtureNamed } from '../../asf/testing/fixtures'
import { readGood } from '../../asf/testing/read-whole'
import { openBatch } from '../../batch/batch-inside'
import { SCHEME_CENC, SCHEME_MCE, SCHEME_NONE } from '../../batch/schemes'
import type { Content } from '../../batch/state'
import { readingSink, type ReadRow } from '../../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { faultOf } from '../../fault/testing/fault-of'
import type { Operator } from '../../lease/operator'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { dirtyBytes } from '../../lease/testing/pool-memory'
import { demuxContent } from '../demux'
import { independentCtr } from './testing/independent-ctr'
import { annexBUnits, lengthPrefixedUnits } from './testing/nal-lists'
import { mediaIn, protectedFixture } from './testing/protected-fixture'
import { temporaryHome, type GivenKey, type TemporaryHome } from './testing/temporary-home'
import { transcrypt } from './transcrypt'
import type { TranscryptTarget, TranscryptTrack } from './transcrypt-target'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const KEY = '5a'.repeat(8) + 'c3'.repeat(8)
const TARGETS: ReadonlyArray<GivenKey> = [
  { keyId: 'aa'.repeat(16) as KeyId, key: '11'.repeat(16) },
  { keyId: 'bb'.repeat(16) as KeyId, key: '22'.repeat(16) },
]
const FIXTURE = 'h264-aac.asf'
const VIDEO = 1
const SOUND = 2
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const id = (value: number): Uint8Array => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, value)

const track = (keyId: KeyId, form: TranscryptTrack['form'], from = 1n, to = 1n << 20n): TranscryptTrack => ({
  scheme: 'cenc',
  keyId,
  counters: { from, to },
  form,
})
const [FIRST, SECOND] = TARGETS.map(({ keyId }) => keyId) as [KeyId, KeyId]
const FILE_TARGET: TranscryptTarget = {
  tracks: new Map([
    [VIDEO, track(FIRST, 'avc')],
    [SOUND, track(SECOND, 'whole')],
  ]),
}

describe('transcrypt', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
  })
  afterEach(() => place.remove())

  const granted = async (targets: ReadonlyArray<GivenKey> = TARGETS, until?: number): Promise<Grant> => {
    await place.license(KEY_ID, KEY, until)
    return (await place.exporting(KEY_ID, targets)).grant
  }

  describe('of a file', () => {
    let rows: ReadonlyArray<ReadRow>
    let clear: Awaited<ReturnType<typeof readGood>>['receiver']['samples']
    beforeEach(async () => {
      const bytes = await protectedFixture(place, FIXTURE, { keyId: KEY_ID, key: KEY })
      clear = (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples
      const file = await mediaIn(bytes)
      const pool = createPool()
      const { grant } = await place.exporting(KEY_ID, TARGETS)
      rows = (
        await lastValueFrom(runPipeline(pool, demuxContent(file, pool), transcrypt(grant, FILE_TARGET), readingSink()).pipe(toArray()))
      ).flat()
      expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
    })

    it('P2: gives the same samples in normal form, under keys that an independent AES-CTR opens', async () => {
      const [videoKey = '', soundKey = ''] = await place.reveal([FIRST, SECOND])
      const openedSound = rows
        .filter((row) => row.track === SOUND)
        .map(({ iv, bytes, ranges }) => hex(independentCtr(soundKey, iv, bytes, ranges)))
      expect(openedSound).toEqual(clear.filter((sample) => sample.track === SOUND).map(({ bytes }) => hex(bytes)))
      const openedVideo = rows
        .filter((row) => row.track === VIDEO)
        .map(({ iv, bytes, ranges }) => lengthPrefixedUnits(independentCtr(videoKey, iv, bytes, ranges)))
      expect(openedVideo).toEqual(clear.filter((sample) => sample.track === VIDEO).map(({ bytes }) => annexBUnits(bytes)))
      expect(openedVideo.length).toBeGreaterThan(100)
    })

    it('P5: gives each sample a counter of its own under its key, and says which scheme lies on it', () => {
      for (const number of [VIDEO, SOUND]) {
        const ivs = rows.filter((row) => row.track === number).map(({ iv }) => iv)
        expect(new Set(ivs).size).toBe(ivs.length)
      }
      expect(new Set(rows.map(({ scheme }) => scheme))).toEqual(new Set([SCHEME_CENC]))
    })

    it('covers ranges that are whole blocks and add up to the sample; sound is covered whole', () => {
      for (const { track: number, bytes, ranges } of rows) {
        if (number === SOUND) expect(ranges).toEqual([])
        else {
          expect(ranges.reduce((sum, [open, covered]) => sum + open + covered, 0)).toBe(bytes.length)
          expect(ranges.every(([, covered]) => covered % 16 === 0)).toBe(true)
          expect(ranges.some(([, covered]) => covered > 0)).toBe(true)
        }
      }
    })

    it('notes the order of the pictures', () => {
      const orders = rows.filter((row) => row.track === VIDEO).map(({ pictureOrder }) => pictureOrder)
      expect(orders.some(Number.isNaN)).toBe(false)
      expect([...orders].sort((a, b) => a - b)).not.toEqual(orders)
    })
  })

  const source = (pool: ReturnType<typeof createPool>, samples: ReadonlyArray<GivenSample>) =>
    sampleSource<Content>(pool, samples, { state: 'content' })
  const sound = (count: number): ReadonlyArray<GivenSample> =>
    Array.from({ length: count }, (_, index) => ({
      bytes: new Uint8Array(64).fill(0xa0 + index),
      track: SOUND,
      scheme: SCHEME_MCE,
      id: id(index),
    }))
  const soundTarget = (over: TranscryptTrack = track(FIRST, 'whole')): TranscryptTarget => ({ tracks: new Map([[SOUND, over]]) })

  const refusal = async (grant: Grant, target: TranscryptTarget, samples = sound(6)): Promise<{ fault: unknown; left: number }> => {
    const pool = createPool({ batchBytes: 64 })
    let left = 0
    const count: Operator<Content, Content> = tap(() => (left += 1))
    const fault = await faultOf(runPipeline(pool, source(pool, samples), transcrypt(grant, target), count, readingSink()))
    expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
    return { fault, left }
  }

  it('covers what the source declares clear, and leaves no trace of it in the batch', async () => {
    const grant = await granted()
    const pool = createPool({ batchBytes: 256 })
    const canary = Uint8Array.from({ length: 64 }, (_, index) => 0x40 + index)
    const samples = [1, 2, 3].map((): GivenSample => ({ bytes: canary, track: SOUND, scheme: SCHEME_NONE }))
    const memory: Buffer[] = []
    const look = readingSink((batch) => memory.push(Buffer.from(openBatch(batch).lease.bytes.slice())))
    const rows = (
      await lastValueFrom(runPipeline(pool, source(pool, samples), transcrypt(grant, soundTarget()), look).pipe(toArray()))
    ).flat()
    expect(rows.map(({ iv, bytes }) => hex(independentCtr(TARGETS[0]?.key ?? '', iv, bytes)))).toEqual(samples.map(() => hex(canary)))
    for (const each of memory) {
      for (let at = 0; at + 16 <= canary.length; at += 1) expect(each.includes(Buffer.from(canary.subarray(at, at + 16)))).toBe(false)
    }
  })

  it('EX-16: refuses the key of the source as a target, under whatever key ID', async () => {
    const grant = await granted([{ keyId: FIRST, key: KEY }])
    expect(await refusal(grant, soundTarget())).toEqual({ fault: { type: 'SameKey' }, left: 0 })
  })

  it('P5: refuses one key under two key IDs, whose counters would meet', async () => {
    const grant = await granted([
      { keyId: FIRST, key: '33'.repeat(16) },
      { keyId: SECOND, key: '33'.repeat(16) },
    ])
    const target = { tracks: new Map([[SOUND, track(FIRST, 'whole')], [VIDEO, track(SECOND, 'whole')]]) }
    expect(await refusal(grant, target)).toEqual({ fault: { type: 'SameKey' }, left: 0 })
  })

  describe('P5: two tracks under one key', () => {
    const both = (from: bigint): TranscryptTarget => ({
      tracks: new Map([
        [SOUND, track(FIRST, 'whole', 1n, 100n)],
        [VIDEO, track(FIRST, 'whole', from, 200n)],
      ]),
    })
    it('are a mistake of the caller when their counters meet', async () => {
      await expect(refusal(await granted(), both(99n))).rejects.toThrow('the same counters')
    })

    it('are fine with counters that do not', async () => {
      const pool = createPool()
      const run = runPipeline(pool, source(pool, sound(4)), transcrypt(await granted(), both(100n)), readingSink())
      expect((await lastValueFrom(run.pipe(toArray()))).flat()).toHaveLength(4)
    })
  })

  it('refuses samples of a track that has no target, and schemes that it does not know', async () => {
    const what = 'stream 2 has no target'
    expect((await refusal(await granted(), { tracks: new Map([[VIDEO, track(FIRST, 'whole')]]) })).fault).toEqual({
      type: 'UnsupportedMedia',
      at: undefined,
      what,
    })
    const { grant } = await place.exporting(KEY_ID, [{ keyId: 'cc'.repeat(16) as KeyId, key: '44'.repeat(16) }])
    const strange = sound(1).map((sample) => ({ ...sample, scheme: 99 }))
    expect((await refusal(grant, soundTarget(track('cc'.repeat(16) as KeyId, 'whole')), strange)).fault).toMatchObject({
      type: 'UnsupportedMedia',
      what: 'protection of the source: scheme 99',
    })
  })

  it('records the grant as broken when preparing the run fails', async () => {
    await place.license(KEY_ID, KEY)
    const { grant, useId } = await place.exporting(KEY_ID, [{ keyId: FIRST, key: KEY }])
    await refusal(grant, soundTarget())
    const closed = (await place.events(`use-${useId}`)).find(({ type }) => type === 'GrantClosed')
    expect(closed?.data).toMatchObject({ outcome: 'broken' })
  })

  describe('of what cannot be opened', () => {
    const video = (bytes: Uint8Array): ReadonlyArray<GivenSample> => [{ bytes, track: VIDEO, scheme: SCHEME_MCE, id: id(1) }]
    const avc = { tracks: new Map([[VIDEO, track(FIRST, 'avc')]]) }

    it('is one fault without a cause', async () => {
      const { fault } = await refusal(await granted(), avc, video(new Uint8Array(60).fill(0x5e)))
      expect(fault).toEqual({ type: 'ProtectionFailed' })
    })
  })

  it('R9: lets no further batch leave once the right has ended', async () => {
    const grant = await granted(TARGETS, 100)
    const pool = createPool({ batchBytes: 64, leases: 3 })
    let left = 0
    const sink = readingSink(() => {
      left += 1
      if (left === 2) place.advance(1000)
    })
    const fault = await faultOf(runPipeline(pool, source(pool, sound(9)), transcrypt(grant, soundTarget()), sink))
    expect(fault).toEqual({ type: 'GrantRefused', fault: { type: 'GrantExpired' } })
    // One that had left the operator already when the clock moved may have come after.
    expect(left).toBeLessThanOrEqual(3)
    expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
  })

  it('R9: lets all of them leave while the right lasts', async () => {
    const grant = await granted(TARGETS, 100)
    const pool = createPool({ batchBytes: 64, leases: 3 })
    let left = 0
    const sink = readingSink(() => (left += 1))
    await lastValueFrom(runPipeline(pool, source(pool, sound(9)), transcrypt(grant, soundTarget()), sink).pipe(toArray()))
    expect(left).toBe(9)
  })
})
