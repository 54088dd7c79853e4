import { createPublicKey, type KeyObject } from 'node:crypto'
import type { KeyId, LicenseId } from '@custody/core/identity'
import { thumbprint } from '@custody/core/signed'
import type { Receiver } from '@custody/core/transfer'
import fc from 'fast-check'
import { CompactEncrypt } from 'jose'
import { lastValueFrom, toArray } from 'rxjs'

import { runs } from '../../../../../test/gate/runs'
import { fixtureNamed } from '../../asf/testing/fixtures'
import { readGood } from '../../asf/testing/read-whole'
import { SCHEME_CENC, SCHEME_MCE, SCHEME_SESSION_RC4 } from '../../batch/schemes'
import type { Content } from '../../batch/state'
import { readingSink, type ReadRow } from '../../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { dirtyBytes } from '../../lease/testing/pool-memory'
import { withDefenceOff } from '../../lease/testing/with-defence-off'
import { demuxContent } from '../demux'
import { fromSession, type ArrivalTarget } from './from-session'
import { independentCtr } from './testing/independent-ctr'
import { openedLegacy } from './testing/independent-session'
import { annexBUnits, lengthPrefixedUnits, travellingUnits } from './testing/nal-lists'
import { mediaIn, protectedFixture } from './testing/protected-fixture'
import { agreementKey, exportingTo, importingSession, receiverKey, sessionAuthority } from './testing/session-authority'
import { arrivingSession, sentRows, type SentRow } from './testing/sent-session'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { toSession, type SessionOffer } from './to-session'
import type { TrackDescription } from '../../media/media-description'
import type { TranscryptTrack } from './transcrypt-target'

const SENT_ID = '0123456789abcdef0123456789abcdef' as KeyId
const SENT_KEY = '5a'.repeat(16)
const OWN_ID = 'fedcba9876543210fedcba9876543210' as KeyId
const OWN_KEY = 'c3'.repeat(16)
const FIXTURE = 'h264-aac.asf'
const VIDEO = 1
const SOUND = 2
const authority = sessionAuthority()
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const whole = (over: Partial<TranscryptTrack> = {}, from = 1n): TranscryptTrack =>
  ({ scheme: 'mce', keyId: OWN_ID, form: 'whole', counters: { from, to: from + (1n << 20n) }, ...over }) as TranscryptTrack
const TARGET: ArrivalTarget = { tracks: new Map([[VIDEO, whole()], [SOUND, whole({}, 1n << 30n)]]) }

interface Sent {
  readonly rows: ReadonlyArray<SentRow>
  readonly offer: SessionOffer
  readonly tracks: ReadonlyMap<number, TrackDescription>
}

describe('fromSession', () => {
  let sender: TemporaryHome
  let place: TemporaryHome
  let lid: LicenseId
  let device: KeyObject
  beforeEach(async () => {
    sender = await temporaryHome({ inMemory: true, authorityRoot: authority.root })
    place = await temporaryHome({ inMemory: true, authorityRoot: authority.root })
    await authority.list(sender.home, { kind: 'application', version: '1' })
    device = await agreementKey(place.home)
    lid = await place.license(OWN_ID, OWN_KEY)
  })
  afterEach(() => {
    sender.remove()
    place.remove()
  })

  /** One home sends to another, whose device was certified as a receiver. */
  const sendTo = async (receiver: KeyObject, samples: ReadonlyArray<GivenSample> | Uint8Array): Promise<Sent> => {
    await sender.license(SENT_ID, SENT_KEY)
    const { grant } = await exportingTo(sender.home, SENT_ID, authority.certify(receiver))
    const pool = createPool()
    const rows: SentRow[] = []
    const file = samples instanceof Uint8Array ? await mediaIn(samples) : undefined
    const source =
      file === undefined ? sampleSource<Content>(pool, samples as ReadonlyArray<GivenSample>, { state: 'content' }) : demuxContent(file, pool)
    let offer: SessionOffer | undefined
    const operator = toSession(grant, { onOffer: (told) => (offer = told) })
    await lastValueFrom(runPipeline(pool, source, operator, readingSink((batch) => rows.push(...sentRows(batch)))).pipe(toArray()))
    if (offer === undefined) throw new Error('no offer')
    return { rows, offer, tracks: file?.tracks ?? new Map() }
  }
  const sound = (count: number): ReadonlyArray<GivenSample> =>
    Array.from({ length: count }, (_, index) => ({
      track: 1 + (index % 2),
      time: 7 * index,
      bytes: Uint8Array.from({ length: 40 + index }, (_each, at) => at ^ index),
      scheme: SCHEME_MCE,
      id: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, index),
    }))

  /** What arrives, and how it ended. */
  const arrive = async (
    { rows, offer: { run, sealed }, tracks }: Sent,
    { target = TARGET, batchBytes = 1 << 19, receiver, look, leases = 6 }: Arrival = {}
  ): Promise<{ readonly rows: ReadonlyArray<ReadRow>; readonly fault: unknown }> => {
    const grant = await importingSession(place.home, lid, sealed, receiver)
    const pool = createPool({ batchBytes, leases })
    const arrived: ReadRow[] = []
    const sink = readingSink(look)
    const source = arrivingSession(pool, rows, { run, tracks })
    const fault = await new Promise<unknown>((resolve) => {
      runPipeline(pool, source, fromSession(grant, target), sink).subscribe({
        next: (batch) => arrived.push(...batch),
        error: (error: unknown) => resolve((error as { readonly fault?: unknown }).fault ?? error),
        complete: () => resolve(undefined),
      })
    })
    expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
    return { rows: arrived, fault }
  }
  interface Arrival {
    readonly target?: ArrivalTarget
    readonly batchBytes?: number
    readonly leases?: number
    readonly receiver?: Receiver
    readonly look?: (batch: unknown) => void
  }
  const sameSound = (rows: ReadonlyArray<ReadRow>): ReadonlyArray<string> =>
    rows.map(({ iv, bytes }) => hex(independentCtr(OWN_KEY, iv, bytes)))
  const soundBefore = (given: ReadonlyArray<GivenSample>): ReadonlyArray<string> =>
    given.map(({ bytes, id }) => hex(independentCtr(SENT_KEY, `${hex(id ?? new Uint8Array())}${'00'.repeat(8)}`, bytes)))

  it('P2: export, session, import: the same samples of a file, in normal form, under the key of the license', async () => {
    const bytes = await protectedFixture(sender, FIXTURE, { keyId: SENT_ID, key: SENT_KEY })
    const clear = (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples
    const sent = await sendTo(device, bytes)
    const { rows, fault } = await arrive(sent)
    expect(fault).toBeUndefined()
    const opened = rows.map(({ track, iv, bytes: sample }) => ({ track, bytes: independentCtr(OWN_KEY, iv, sample) }))
    expect(opened.map(({ track, bytes: sample }) => (track === VIDEO ? travellingUnits(sample) : hex(sample)))).toEqual(
      clear.map(({ track, bytes: sample }) => (track === VIDEO ? annexBUnits(sample) : hex(sample)))
    )
    expect(rows.map(({ track, time }) => [track, time])).toEqual(clear.map(({ track, time }) => [track, time]))
    expect(new Set(rows.map(({ scheme }) => scheme))).toEqual(new Set([SCHEME_MCE]))
  })

  it('P2: takes pictures into the form of MP4, and notes their order', async () => {
    const bytes = await protectedFixture(sender, FIXTURE, { keyId: SENT_ID, key: SENT_KEY })
    const clear = (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples.filter(({ track }) => track === VIDEO)
    const sent = await sendTo(device, bytes)
    const cenc = { scheme: 'cenc', form: 'avc' } as const
    const { rows } = await arrive(sent, { target: { tracks: new Map([[VIDEO, whole(cenc)], [SOUND, whole({}, 1n << 30n)]]) } })
    const pictures = rows.filter(({ track }) => track === VIDEO)
    expect(pictures.map((row) => lengthPrefixedUnits(independentCtr(OWN_KEY, row.iv, row.bytes, row.ranges)))).toEqual(
      clear.map((sample) => annexBUnits(sample.bytes))
    )
    expect(pictures.every(({ scheme, pictureOrder }) => scheme === SCHEME_CENC && !Number.isNaN(pictureOrder))).toBe(true)
  })

  it('P2: whatever the samples are, and however they are cut into batches', async () => {
    const sizes = fc.array(fc.nat({ max: 90 }), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 100, max: 400 }), async (lengths, batchBytes) => {
        const given = sound(lengths.length).map((sample, index) => ({ ...sample, bytes: new Uint8Array(lengths[index] ?? 0).fill(index) }))
        const { rows, fault } = await arrive(await sendTo(device, given), { batchBytes })
        expect(fault).toBeUndefined()
        const kept = given.filter(({ bytes }) => bytes.length > 0)
        expect(sameSound(rows)).toEqual(soundBefore(kept))
      }),
      { numRuns: runs(8) }
    )
  })

  it('P5: gives each sample counters of its own', async () => {
    const { rows } = await arrive(await sendTo(device, sound(20)))
    expect(new Set(rows.map(({ iv }) => iv)).size).toBe(20)
  })

  it('is refused to any device but the one that it was sealed to', async () => {
    const { fault } = await arrive(await sendTo(receiverKey(), sound(3)))
    expect(fault).toEqual({ type: 'GrantRefused', fault: { type: 'SealBroken' } })
  })

  it('EX-20: is refused a second time, with all its salts', async () => {
    const sent = await sendTo(device, sound(3))
    expect((await arrive(sent)).fault).toBeUndefined()
    const again = await arrive(sent)
    expect(again).toEqual({ rows: [], fault: { type: 'GrantRefused', fault: { type: 'SessionReplayed', run: sent.offer.run } } })
  })

  describe('IM-20: salts that do not rise strictly over all streams', () => {
    const reordered = async (pick: (rows: ReadonlyArray<SentRow>) => ReadonlyArray<SentRow | undefined>): Promise<Sent> => {
      const sent = await sendTo(device, sound(6))
      return { ...sent, rows: pick(sent.rows).filter((row): row is SentRow => row !== undefined) }
    }
    const CASES: ReadonlyArray<readonly [string, Parameters<typeof reordered>[0], object]> = [
      ['one falls', (rows) => [rows[0], rows[4], rows[2], rows[5]], { salt: '2', last: '4' }],
      ['one comes twice', (rows) => [rows[0], rows[1], rows[1]], { salt: '1', last: '1' }],
      // Rising in each stream: only over both does it fall.
      ['one falls in another stream', (rows) => [rows[0], rows[2], rows[1], rows[4]], { salt: '1', last: '2' }],
    ]
    it.each(CASES)('are refused: %s', async (_, pick, wanted) => {
      for (const batchBytes of [50, 4096]) {
        const { fault } = await arrive(await reordered(pick), { batchBytes })
        expect(fault).toEqual({ type: 'SaltNotRising', ...wanted })
      }
    })

    it.each(CASES)('twin: come in where nobody looks: %s', async (_, pick) => {
      const sent = await reordered(pick)
      const { rows, fault } = await withDefenceOff('salts', () => arrive(sent))
      expect([fault, rows.length]).toEqual([undefined, sent.rows.length])
    })

    it('EX-13: may leave some out', async () => {
      const { rows, fault } = await arrive(await reordered((all) => [all[1], all[4], all[5]]))
      expect([fault, rows.length]).toEqual([undefined, 3])
    })
  })

  describe('a sample that is not what was sealed', () => {
    const changed = async (change: (row: SentRow, all: ReadonlyArray<SentRow>) => Partial<SentRow>): Promise<Sent> => {
      const sent = await sendTo(device, sound(4))
      return { ...sent, rows: sent.rows.map((row, index) => (index === 2 ? { ...row, ...change(row, sent.rows) } : row)) }
    }
    it.each<readonly [string, Parameters<typeof changed>[0]]>([
      ['a byte', ({ bytes }) => ({ bytes: bytes.with(7, (bytes[7] ?? 0) ^ 1) })],
      ['its length', ({ bytes }) => ({ bytes: bytes.subarray(1) })],
      ['its tag', ({ tag }) => ({ tag: tag.with(15, (tag[15] ?? 0) ^ 128) })],
      ['its stream', () => ({ track: SOUND })],
      ['its time', ({ time }) => ({ time: time + 1 })],
      ['its decode time', ({ decodeTime }) => ({ decodeTime: decodeTime + 1 })],
      ['its duration', () => ({ duration: 1 })],
      ['its flags', () => ({ flags: 0 })],
      ['all its bytes, those of another', (_, all) => ({ bytes: all[1]?.bytes ?? new Uint8Array(), tag: all[1]?.tag ?? new Uint8Array() })],
    ])('R10: is refused by its name: %s changed', async (_, change) => {
      const { rows, fault } = await arrive(await changed(change), { batchBytes: 50 })
      expect(fault).toMatchObject({ type: 'FrameInvalid', salt: '2' })
      expect(rows).toHaveLength(2)
    })

    it('is refused when it is of another run', async () => {
      const [sent, other] = [await sendTo(device, sound(3)), await sendTo(device, sound(3))]
      const { fault } = await arrive({ ...sent, offer: { ...sent.offer, run: other.offer.run } })
      expect(fault).toMatchObject({ type: 'FrameInvalid', salt: '0' })
    })

    it('says nothing of the sample', async () => {
      const { fault } = await arrive(await changed(({ bytes }) => ({ bytes: bytes.with(0, (bytes[0] ?? 0) ^ 1) })))
      expect(fault).toEqual({ type: 'FrameInvalid', track: VIDEO, salt: '2' })
    })
  })

  describe('the legacy profile', () => {
    const VECTOR = Uint8Array.from({ length: 16 }, (_, at) => 3 * at)
    const RUN = '5e'.repeat(16)
    /** An application that has sound of its own brings it in, by the document alone. */
    const brought = async (flip = false): Promise<Sent> => {
      const header = { run: RUN, receiver: thumbprint(device), direction: 'import', license: lid, epoch: 0 }
      const sealed = await new CompactEncrypt(VECTOR)
        .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'custody-session-rc4+1', ...header })
        .encrypt(createPublicKey(device))
      const rows = sound(5).map(({ track = 1, time = 0, bytes }, index): SentRow => {
        const salt = BigInt(3 * index + 1)
        const covered = openedLegacy(VECTOR, salt, bytes)
        if (flip && index === 2) covered[0] = (covered[0] ?? 0) ^ 1
        const row = { track, time, decodeTime: time, duration: 0, flags: 1, scheme: SCHEME_SESSION_RC4, iv: '', ranges: [], pictureOrder: 0 }
        return { ...row, bytes: Uint8Array.from(covered), salt, tag: new Uint8Array(16) }
      })
      return { rows, offer: { profile: 'session-rc4', run: RUN, sealed }, tracks: new Map() }
    }
    const legacy = { ...TARGET, legacy: true }

    it('IM-18: comes in where that is configured', async () => {
      const { rows, fault } = await arrive(await brought(), { target: legacy })
      expect(fault).toBeUndefined()
      expect(sameSound(rows)).toEqual(sound(5).map(({ bytes }) => hex(bytes)))
    })

    it('is refused where it is not', async () => {
      expect((await arrive(await brought())).fault).toMatchObject({ fault: { type: 'SessionProfileRefused' } })
    })

    it('twin: proves nothing: a changed bit passes unseen', async () => {
      const { rows, fault } = await arrive(await brought(true), { target: legacy })
      const wanted = sound(5).map(({ bytes }, index) => hex(index === 2 ? bytes.with(0, (bytes[0] ?? 0) ^ 1) : bytes))
      expect([fault, sameSound(rows)]).toEqual([undefined, wanted])
    })

    it('IM-20: has to have rising salts too', async () => {
      const sent = await brought()
      const { fault } = await arrive({ ...sent, rows: sent.rows.toReversed() }, { target: legacy })
      expect(fault).toEqual({ type: 'SaltNotRising', salt: '10', last: '13' })
    })
  })

  it('refuses samples under another scheme than the session’s, and streams that have no target', async () => {
    const sent = await sendTo(device, sound(2))
    const strange = sent.rows.map((row) => ({ ...row, scheme: SCHEME_MCE }))
    expect((await arrive({ ...sent, rows: strange })).fault).toEqual({ type: 'WrongState', expected: 'session-gcm', found: 'mce' })
    const target = { tracks: new Map([[VIDEO, whole()]]) }
    expect((await arrive(await sendTo(device, sound(2)), { target })).fault).toMatchObject({ what: 'stream 2 has no target' })
  })

  describe('R9: a device whose certificate is taken back', () => {
    const revokedMeanwhile = async (): Promise<{ readonly left: number; readonly fault: unknown }> => {
      await authority.list(place.home, { kind: 'device', version: '1' })
      let left = 0
      let revoking: Promise<void> | undefined
      const look = (): void => {
        left += 1
        if (left === 2) revoking = authority.list(place.home, { kind: 'device', version: '2', revoked: [device] })
      }
      const sent = await sendTo(device, sound(40))
      const receiver = authority.certify(device, { use: 'device' })
      const { fault } = await arrive(sent, { look, receiver, batchBytes: 80, leases: 3 })
      await revoking
      return { left, fault }
    }

    it('takes no further batch in', async () => {
      const { left, fault } = await revokedMeanwhile()
      expect(fault).toMatchObject({ type: 'GrantRefused', fault: { type: 'CertificateRevoked' } })
      expect(left).toBeLessThan(40)
    })

    it('twin: takes them all where nobody looks', async () => {
      const { left, fault } = await withDefenceOff('revocation', revokedMeanwhile)
      expect(fault).toBeUndefined()
      expect(left).toBeGreaterThan(30)
    })
  })

  it('records the grant as broken when a sample is refused', async () => {
    const sent = await sendTo(device, sound(3))
    const { fault } = await arrive({ ...sent, rows: sent.rows.toReversed() })
    expect(fault).toMatchObject({ type: 'SaltNotRising' })
    const all = await lastValueFrom(place.home.store.readAll().pipe(toArray()))
    const told = all.filter(({ type }) => ['SessionAccepted', 'GrantClosed'].includes(type)).map(({ data }) => data)
    expect(told).toMatchObject([{ run: sent.offer.run }, { outcome: 'broken' }])
  })
})
