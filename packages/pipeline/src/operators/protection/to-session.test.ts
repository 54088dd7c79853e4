import { constants, generateKeyPairSync, privateDecrypt, type KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import type { Grant } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import { compactDecrypt } from 'jose'
import { lastValueFrom, tap, toArray } from 'rxjs'

import { fixtureNamed } from '../../asf/testing/fixtures'
import { readGood } from '../../asf/testing/read-whole'
import { SCHEME_MCE, SCHEME_NONE, SCHEME_SESSION_GCM } from '../../batch/schemes'
import type { Batch } from '../../batch/batch'
import { samplesOf } from '../../batch/sample-view'
import type { Content, Session } from '../../batch/state'
import { readBatch, readingSink, type ReadRow } from '../../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { bytesOf, hexOf, vectors } from '../../cipher/testing/vectors'
import { faultOf } from '../../fault/testing/fault-of'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { dirtyBytes } from '../../lease/testing/pool-memory'
import { withDefenceOff } from '../../lease/testing/with-defence-off'
import { demuxContent } from '../demux'
import { saltSource } from './session-salts'
import { independentCtr } from './testing/independent-ctr'
import { openedFrame, openedLegacy } from './testing/independent-session'
import { annexBUnits, travellingUnits } from './testing/nal-lists'
import { mediaIn, protectedFixture } from './testing/protected-fixture'
import { sentRows, type SentRow } from './testing/sent-session'
import { exportingTo, receiverKey, sessionAuthority } from './testing/session-authority'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { toSession, type SessionOffer } from './to-session'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const KEY = '5a'.repeat(16)
const FIXTURE = 'h264-aac.asf'
const VIDEO = 1
const authority = sessionAuthority()
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { n = '', e = '' } = rsa.publicKey.export({ format: 'jwk' })
const RSA_ONLY = { wrapKey: { kty: 'RSA' as const, n, e } }
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('toSession', () => {
  let place: TemporaryHome
  let own: KeyObject
  beforeEach(async () => {
    place = await temporaryHome({ inMemory: true, authorityRoot: authority.root })
    await authority.list(place.home, { kind: 'application', version: '7' })
    own = receiverKey()
  })
  afterEach(() => place.remove())

  /** What a run sends, and what it offered for it. */
  const sent = async (
    grant: Grant,
    samples: ReadonlyArray<GivenSample> | Uint8Array,
    { legacy = false, batchBytes = 4096, look = (_batch: unknown): void => undefined } = {}
  ): Promise<{ readonly rows: ReadonlyArray<SentRow>; readonly offers: ReadonlyArray<SessionOffer> }> => {
    const pool = createPool({ batchBytes })
    const rows: SentRow[] = []
    const offers: SessionOffer[] = []
    const source =
      samples instanceof Uint8Array
        ? demuxContent(await mediaIn(samples), pool)
        : sampleSource<Content>(pool, samples, { state: 'content' })
    const sink = readingSink((batch) => {
      rows.push(...sentRows(batch))
      look(batch)
    })
    const operator = toSession(grant, { onOffer: (offer) => offers.push(offer), legacy })
    try {
      await lastValueFrom(runPipeline(pool, source, operator, sink).pipe(toArray()))
      return { rows, offers }
    } finally {
      expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
    }
  }
  const grantFor = async (members = {}): Promise<Grant> => {
    await place.license(KEY_ID, KEY)
    return (await exportingTo(place.home, KEY_ID, authority.certify(own, members))).grant
  }
  const sound = (count: number): ReadonlyArray<GivenSample> =>
    Array.from({ length: count }, (_, index) => ({
      track: 1 + (index % 3),
      time: 7 * index,
      bytes: Uint8Array.from({ length: 40 + index }, (_each, at) => at ^ index),
      scheme: index % 3 === 2 ? SCHEME_NONE : SCHEME_MCE,
      id: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, index),
    }))
  /** What lies under the content key, opened without the code under test. */
  const clearOf = ({ bytes, scheme, id }: GivenSample): string =>
    scheme === SCHEME_NONE ? hex(bytes) : hex(independentCtr(KEY, `${hex(id ?? new Uint8Array())}${'00'.repeat(8)}`, bytes))

  it('EX-12: gives the samples of a file, under a key that the receiver opens and no other has', async () => {
    const bytes = await protectedFixture(place, FIXTURE, { keyId: KEY_ID, key: KEY })
    const clear = (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples
    const { grant } = await exportingTo(place.home, KEY_ID, authority.certify(own))
    const { rows, offers } = await sent(grant, bytes, { batchBytes: 1 << 19 })
    const [offer] = offers
    expect(offers).toHaveLength(1)
    const { plaintext } = await compactDecrypt(offer?.sealed ?? '', own)
    const opened = rows.map((row) => ({ track: row.track, bytes: openedFrame(offer?.run ?? '', plaintext, row) }))
    expect(opened.map(({ track, bytes: sample }) => (track === VIDEO ? travellingUnits(sample) : hex(sample)))).toEqual(
      clear.map(({ track, bytes: sample }) => (track === VIDEO ? annexBUnits(sample) : hex(sample)))
    )
    expect(rows.length).toBeGreaterThan(200)
    expect(new Set(rows.map(({ scheme }) => scheme))).toEqual(new Set([SCHEME_SESSION_GCM]))
    await expect(compactDecrypt(offer?.sealed ?? '', receiverKey())).rejects.toThrow()
  })

  it('gives the receiver what it needs by the view of a sample, for whoever writes the frames', async () => {
    const seen: Array<Pick<SentRow, 'salt' | 'tag' | 'bytes' | 'time'>> = []
    const look = (batch: unknown): void => {
      for (const { frame, size, time, copyTo } of samplesOf(batch as Batch<Session>)) {
        const bytes = new Uint8Array(size)
        copyTo(bytes)
        if (frame !== undefined) seen.push({ ...frame, bytes, time })
      }
    }
    const { rows } = await sent(await grantFor(), sound(7), { look })
    expect(seen).toEqual(rows.map(({ salt, tag, bytes, time }) => ({ salt, tag, bytes, time })))
    expect(new Set(seen.map(({ tag }) => hex(tag))).size).toBe(7)
  })

  it('keeps count, order, sizes, times and flags, and covers what the source declares clear', async () => {
    const given = sound(12)
    const { rows, offers } = await sent(await grantFor(), given, { batchBytes: 120 })
    const shape = ({ track, time, bytes }: Pick<ReadRow, 'track' | 'time' | 'bytes'>) => [track, time, bytes.length]
    expect(rows.map(shape)).toEqual(given.map((sample) => shape({ track: 1, time: 0, ...sample })))
    expect(rows.every(({ ranges, flags }) => ranges.length === 0 && flags === 1)).toBe(true)
    const { plaintext } = await compactDecrypt(offers[0]?.sealed ?? '', own)
    expect(rows.map((row) => hex(openedFrame(offers[0]?.run ?? '', plaintext, row)))).toEqual(given.map(clearOf))
  })

  describe('the legacy profile', () => {
    type Vector = Readonly<Record<'iv' | 'salt' | 'plaintext' | 'ciphertext', string>>
    const { samples } = vectors('session-rc4.json') as { readonly samples: ReadonlyArray<Vector> }
    it('IM-18: the few lines that open it here open the vectors', () => {
      for (const { iv, salt, plaintext, ciphertext } of samples) {
        expect(hexOf(openedLegacy(bytesOf(iv), BigInt(salt), bytesOf(ciphertext)))).toBe(plaintext)
      }
    })

    it('EX-15: lies on the samples as in the vectors, under the vector that the receiver opens', async () => {
      const given = sound(9)
      const { rows, offers } = await sent(await grantFor(RSA_ONLY), given, { legacy: true })
      const options = { key: rsa.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
      const vector = privateDecrypt(options, Buffer.from(offers[0]?.sealed ?? '', 'base64url'))
      expect(rows.map(({ salt, bytes }) => hex(openedLegacy(vector, salt, bytes)))).toEqual(given.map(clearOf))
      expect(offers[0]?.profile).toBe('session-rc4')
    })

    it('is refused unless it is configured', async () => {
      const grant = await grantFor(RSA_ONLY)
      await expect(sent(grant, sound(3))).rejects.toMatchObject({
        fault: { type: 'GrantRefused', fault: { type: 'SessionProfileRefused', profile: 'session-rc4' } },
      })
    })
  })

  it('EX-13, IM-20, P5: salts rise strictly over all streams, from a block that stands in the log before', async () => {
    const { rows, offers } = await sent(await grantFor(), sound(9), { batchBytes: 100 })
    expect(rows.map(({ salt }) => salt)).toEqual(rows.map((_, index) => BigInt(index)))
    expect(new Set(rows.map(({ track }) => track)).size).toBe(3)
    const [reserved, ...more] = await place.events(`counters-${offers[0]?.run ?? ''}`)
    expect(more).toEqual([])
    expect(reserved?.data).toMatchObject({ from: '0', to: String(1 << 20) })
  })

  it('EX-20: begins another session in another run', async () => {
    const runs = [await sent(await grantFor(), sound(1)), await sent(await grantFor(), sound(1))]
    expect(new Set(runs.map(({ offers }) => offers[0]?.run)).size).toBe(2)
    expect(new Set(runs.map(({ rows }) => hex(rows[0]?.bytes ?? new Uint8Array()))).size).toBe(2)
  })

  it('is refused for a grant without a receiver, before a batch is read', async () => {
    await place.license(KEY_ID, KEY)
    const { grant } = await place.exporting(KEY_ID, [])
    let read = 0
    const pool = createPool()
    const source = sampleSource<Content>(pool, sound(2), { state: 'content', onSample: () => (read += 1) })
    const fault = await faultOf(runPipeline(pool, source, toSession(grant, { onOffer: () => undefined }), readingSink()))
    expect(fault).toMatchObject({ type: 'GrantRefused', fault: { type: 'SessionMissing' } })
    expect(read).toBe(0)
  })

  it('ends when the offer cannot be told, and records the grant as broken', async () => {
    await place.license(KEY_ID, KEY)
    const { grant, useId } = await exportingTo(place.home, KEY_ID, authority.certify(own))
    const onOffer = (): void => {
      throw new Error('nobody there')
    }
    const pool = createPool()
    const source = sampleSource<Content>(pool, sound(2), { state: 'content' })
    await expect(lastValueFrom(runPipeline(pool, source, toSession(grant, { onOffer }), readingSink()))).rejects.toThrow('nobody there')
    const closed = (await place.events(`use-${useId}`)).find(({ type }) => type === 'GrantClosed')
    expect(closed?.data).toMatchObject({ outcome: 'broken' })
  })

  describe('R9: a receiver whose certificate is taken back', () => {
    const revokedMeanwhile = async (): Promise<{ readonly left: number; readonly fault: unknown }> => {
      const grant = await grantFor()
      const pool = createPool({ batchBytes: 64, leases: 3 })
      let left = 0
      let revoking: Promise<void> | undefined
      const revoke = tap<never>(() => {
        left += 1
        if (left === 2) revoking = authority.list(place.home, { kind: 'application', version: '8', revoked: [own] })
      })
      const source = sampleSource<Content>(pool, sound(40), { state: 'content' })
      const run = runPipeline(pool, source, toSession(grant, { onOffer: () => undefined }), revoke as never, readingSink())
      const fault: unknown = await lastValueFrom(run.pipe(toArray())).then(
        () => 'none',
        (error: unknown) => (error as { readonly fault: unknown }).fault
      )
      await revoking
      return { left, fault }
    }

    it('gets no further batch', async () => {
      const { left, fault } = await revokedMeanwhile()
      expect(fault).toMatchObject({ type: 'GrantRefused', fault: { type: 'CertificateRevoked' } })
      expect(left).toBeLessThan(40)
    })

    it('twin: gets them all where nobody looks', async () => {
      expect(await withDefenceOff('revocation', revokedMeanwhile)).toEqual({ left: 40, fault: 'none' })
    })
  })

  it('R1, R3: leaves nothing clear in a batch, and its offer holds no secret', async () => {
    const canary = Uint8Array.from({ length: 48 }, (_, at) => 0x41 + at)
    const given = sound(4).map((sample) => ({ ...sample, bytes: canary, scheme: SCHEME_NONE, track: 1 }))
    const { rows, offers } = await sent(await grantFor(), given, {
      look: (batch) => {
        for (const { bytes } of readBatch(batch)) expect(Buffer.from(bytes).includes(Buffer.from(canary.subarray(0, 16)))).toBe(false)
      },
    })
    const { plaintext } = await compactDecrypt(offers[0]?.sealed ?? '', own)
    expect(hex(openedFrame(offers[0]?.run ?? '', plaintext, rows[0] as SentRow))).toBe(hex(canary))
    const text = JSON.stringify(offers)
    for (const form of ['hex', 'base64', 'base64url'] as const) expect(text).not.toContain(Buffer.from(plaintext).toString(form))
  })

  describe('IM-22: salts', () => {
    const run = 'ab'.repeat(16) as KeyId
    const blocks = (...ranges: ReadonlyArray<readonly [bigint, bigint]>) => {
      const left = [...ranges]
      return saltSource({
        run,
        reserveSalts: () => () => {
          const [from, to] = left.shift() ?? [0n, 0n]
          return Promise.resolve(from === to ? E.left({ type: 'CounterRangeExhausted', keyId: run } as const) : E.right({ from, to }))
        },
      })
    }
    const take = (source: ReturnType<typeof saltSource>, count: number): ReadonlyArray<bigint> =>
      Array.from({ length: count }, source.next)

    it('go on into the next block, whether it follows or not, and never back', async () => {
      const source = blocks([0n, 3n], [3n, 6n], [9n, 12n])
      await source.ensure(2)
      expect(take(source, 2)).toEqual([0n, 1n])
      await source.ensure(3)
      expect(take(source, 3)).toEqual([2n, 3n, 4n])
      await source.ensure(2)
      expect(take(source, 2)).toEqual([9n, 10n])
    })

    it('end, and do not wrap', async () => {
      const source = blocks([(1n << 64n) - 2n, 1n << 64n])
      await source.ensure(2)
      expect(take(source, 2)).toEqual([(1n << 64n) - 2n, (1n << 64n) - 1n])
      await expect(source.ensure(1)).rejects.toMatchObject({ fault: { type: 'SaltExhausted', run } })
    })
  })
})
