import type { KeyId } from '@custody/core/identity'
import type { Grant } from '@custody/core/transfer'
import { concatMap, lastValueFrom, tap, toArray, type Observable } from 'rxjs'

import { fixtureNamed } from '../../asf/testing/fixtures'
import { readGood } from '../../asf/testing/read-whole'
import type { Batch } from '../../batch/batch'
import { openBatch } from '../../batch/batch-inside'
import { SCHEME_MCE } from '../../batch/schemes'
import type { Clear, Content } from '../../batch/state'
import { readingSink, type ReadRow } from '../../batch/testing/read-batch'
import { sampleSource } from '../../batch/testing/sample-source'
import { faultOf } from '../../fault/testing/fault-of'
import type { Operator } from '../../lease/operator'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { dirtyBytes } from '../../lease/testing/pool-memory'
import { demuxClear, demuxContent } from '../demux'
import { selectStreams } from '../select-streams'
import { protect } from './protect'
import { independentCtr } from './testing/independent-ctr'
import { mediaIn, protectedFixture } from './testing/protected-fixture'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const OTHER_ID = 'ff23456789abcdef0123456789abcdef' as KeyId
const KEY = '5a'.repeat(8) + 'c3'.repeat(8)
const FIXTURE = 'wmv2-wma2.wmv'
const RANGE = { from: 7n, to: 1_000_000n }
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('protect', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
  })
  afterEach(() => place.remove())

  const target = (range = RANGE) => ({ scheme: 'mce', keyId: KEY_ID, counters: range }) as const
  const granted = async (key = KEY): Promise<{ readonly grant: Grant; readonly useId: string }> =>
    place.protection(await place.license(KEY_ID, key))
  const clearSource = (pool = createPool(), count = 6): Observable<Batch<Clear>> =>
    sampleSource<Clear>(pool, Array.from({ length: count }, (_, index) => ({ bytes: new Uint8Array(64).fill(0xc1 + index) })), {
      state: 'clear',
    })
  const typesOf = async (useId: string): Promise<ReadonlyArray<string>> =>
    (await place.events(`use-${useId}`)).map(({ type }) => type)

  it('puts the samples of a file under the key, so that an independent AES-CTR finds them again', async () => {
    const bytes = await protectedFixture(place, FIXTURE, { keyId: KEY_ID, key: KEY })
    const [revealed = ''] = await place.reveal([KEY_ID])
    const clear = (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples
    const covered = (await readGood(bytes)).receiver.samples
    const opened = covered.map(({ track, time, flags, bytes: sample, protection }) => ({
      track,
      time,
      flags,
      bytes: hex(independentCtr(revealed, protection.padEnd(32, '0'), sample)),
    }))
    const wanted = clear.map(({ track, time, flags, bytes: sample }) => ({ track, time, flags, bytes: hex(sample) }))
    const ofTrack = (samples: typeof wanted, number: number): typeof wanted => samples.filter(({ track }) => track === number)
    for (const number of [1, 2]) expect(ofTrack(opened, number)).toEqual(ofTrack(wanted, number))
    expect(opened.length).toBe(wanted.length)
  })

  it('P5: uses each id once', async () => {
    const bytes = await protectedFixture(place, FIXTURE, { keyId: KEY_ID, key: KEY })
    const ids = (await readGood(bytes)).receiver.samples.map(({ protection }) => protection)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => id.length === 16)).toBe(true)
  })

  it('R1: leaves no 16 consecutive clear bytes anywhere in a batch, dropped samples of other streams included', async () => {
    const file = await mediaIn(fixtureNamed(FIXTURE).bytes())
    const clear = (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples
    const pool = createPool()
    const { grant } = await granted()
    const found: string[] = []
    const memory: Buffer[] = []
    const keep = readingSink((batch) => {
      memory.push(Buffer.from(openBatch(batch).lease.bytes.slice()))
    })
    const streams = new Set([1])
    await lastValueFrom(
      runPipeline(pool, demuxClear(file, pool), selectStreams(streams), protect(grant, target()), keep).pipe(toArray())
    )
    for (const { bytes } of clear) {
      const canary = Buffer.from(bytes.subarray(0, 16))
      const telling = new Set(canary).size > 4
      if (telling && memory.some((each) => each.includes(canary))) found.push(hex(canary))
    }
    expect(found).toEqual([])
    expect(memory.length).toBeGreaterThan(0)
    expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
  })

  it('R1: the same search finds the canaries where nothing protects', async () => {
    const file = await mediaIn(fixtureNamed(FIXTURE).bytes())
    const first = (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples[0]
    const pool = createPool()
    let seen = false
    const look = readingSink((batch) => {
      seen ||= Buffer.from(openBatch(batch).lease.bytes).includes(Buffer.from(first?.bytes.subarray(0, 16) ?? []))
    })
    await lastValueFrom(runPipeline(pool, demuxClear(file, pool), look).pipe(toArray()))
    expect(seen).toBe(true)
  })

  it('keeps count, order, sizes, times and flags, and says how each sample lies now', async () => {
    const pool = createPool({ batchBytes: 200 })
    const before: ReadRow[] = (await lastValueFrom(runPipeline(pool, clearSource(pool), readingSink()).pipe(toArray()))).flat()
    const { grant } = await granted()
    const after = (
      await lastValueFrom(runPipeline(pool, clearSource(pool), protect(grant, target()), readingSink()).pipe(toArray()))
    ).flat()
    const shape = ({ track, time, flags, bytes }: ReadRow): unknown => [track, time, flags, bytes.length]
    expect(after.map(shape)).toEqual(before.map(shape))
    expect(after.map(({ scheme, iv }) => [scheme, iv])).toEqual(
      after.map((_, index) => [SCHEME_MCE, (7 + index).toString(16).padStart(16, '0').padEnd(32, '0')])
    )
  })

  it('records how the key was used: finished after completion, broken after a fault or an unsubscription', async () => {
    const run = (grant: Grant, pool = createPool({ batchBytes: 64 })) =>
      runPipeline(pool, clearSource(pool), protect(grant, target()), readingSink())
    const whole = await granted()
    await lastValueFrom(run(whole.grant).pipe(toArray()))
    const outcome = async (useId: string): Promise<unknown> =>
      (await place.events(`use-${useId}`)).find(({ type }) => type === 'GrantClosed')?.data
    expect(await outcome(whole.useId)).toMatchObject({ outcome: 'finished' })
    const faulty = await place.protection(await place.license(KEY_ID, KEY))
    await faultOf(runPipeline(createPool(), clearSource(), protect(faulty.grant, target({ from: 1n, to: 2n })), readingSink()))
    expect(await outcome(faulty.useId)).toMatchObject({ outcome: 'broken' })
    const left = await place.protection(await place.license(KEY_ID, KEY))
    run(left.grant).subscribe().unsubscribe()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await typesOf(left.useId)).toContain('GrantOpened')
    expect(await outcome(left.useId)).toMatchObject({ outcome: 'broken' })
  })

  describe('is refused', () => {
    const refusal = async (grant: Grant, given: Parameters<typeof protect>[1] = target()): Promise<unknown> => {
      const pool = createPool({ batchBytes: 64 })
      let left = 0
      const count: Operator<Content, Content> = tap(() => (left += 1))
      const fault = await faultOf(runPipeline(pool, clearSource(pool), protect(grant, given), count, readingSink()))
      expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
      return { fault, left }
    }

    it('a grant that was used', async () => {
      const { grant } = await granted()
      const pool = createPool()
      await lastValueFrom(runPipeline(pool, clearSource(pool), protect(grant, target()), readingSink()).pipe(toArray()))
      expect(await refusal(grant)).toEqual({ fault: { type: 'GrantRefused', fault: { type: 'GrantUsed' } }, left: 0 })
    })

    it.each<[string, (grant: Grant) => unknown]>([
      ['spread', (grant) => ({ ...grant })],
      ['made up', () => Object.freeze(Object.create(null))],
      ['inherited', (grant) => Object.create(grant) as unknown],
      ['wrapped', (grant) => new Proxy(grant, {})],
    ])('a grant that is %s', async (_, forge) => {
      const { grant } = await granted()
      const { fault, left } = (await refusal(forge(grant) as Grant)) as { fault: unknown; left: number }
      expect(fault).toMatchObject({ type: 'GrantRefused', fault: { type: 'GrantForged' } })
      expect(left).toBe(0)
    })

    it('a key that the grant does not name', async () => {
      const { grant } = await granted()
      const { fault } = (await refusal(grant, { ...target(), keyId: OTHER_ID })) as { fault: unknown }
      expect(fault).toMatchObject({ type: 'GrantRefused', fault: { type: 'GrantForged' } })
    })

    it('a key of another length than AES-128 takes, by name', async () => {
      const { grant } = await granted('00112233445566')
      const what = `AES-128 with content key ${KEY_ID}, which has 7 bytes`
      expect(await refusal(grant)).toEqual({ fault: { type: 'UnsupportedMedia', at: undefined, what }, left: 0 })
    })

    it('P5: a sample for which no counter is left', async () => {
      const { grant } = await granted()
      expect(await refusal(grant, target({ from: 5n, to: 8n }))).toEqual({
        fault: { type: 'GrantRefused', fault: { type: 'CounterRangeExhausted', keyId: KEY_ID } },
        left: 3,
      })
    })

    it('a batch that is protected already', async () => {
      const { grant } = await granted()
      const bytes = await protectedFixture(place, FIXTURE, { keyId: OTHER_ID, key: KEY })
      const file = await mediaIn(bytes)
      const pool = createPool()
      const mislabelled = demuxContent(file, pool) as unknown as Observable<Batch<Clear>>
      expect(await faultOf(runPipeline(pool, mislabelled, protect(grant, target()), readingSink()))).toEqual({
        type: 'WrongState',
        expected: 'clear',
        found: 'content',
      })
    })
  })

  it('EX-16: a key is not released before the subscription', async () => {
    const { grant, useId } = await granted()
    const pool = createPool()
    runPipeline(pool, clearSource(pool), protect(grant, target()), concatMap(() => []))
    expect(await typesOf(useId)).not.toContain('KeyReleased')
  })
})
