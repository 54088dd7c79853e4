import type { KeyId } from '@custody/core/identity'
import { lastValueFrom, toArray } from 'rxjs'

import { SCHEME_MCE } from '../../batch/schemes'
import type { Content } from '../../batch/state'
import { readingSink } from '../../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { createPool } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { fromSession } from './from-session'
import type * as OpenerModule from './sample-opener'
import type * as CipherModule from './session-cipher'
import { agreementKey, exportingTo, importingSession, sessionAuthority } from './testing/session-authority'
import { arrivingSession, sentRows, type SentRow } from './testing/sent-session'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { toSession } from './to-session'

interface Spy {
  /** Buffers that a clear sample was in, in order. */
  readonly clear: Uint8Array[]
  /** Most that held a clear sample at one moment, that one included. */
  most: number
}
const mockSpy: Spy = { clear: [], most: 0 }

const mockNote = (buffer: Uint8Array): void => {
  mockSpy.clear.push(buffer)
  mockSpy.most = Math.max(mockSpy.most, mockSpy.clear.filter((bytes) => bytes.some((byte) => byte !== 0)).length)
}

// The real opener and the real cipher, watched where a clear sample comes out of them.
jest.mock('./sample-opener', () => {
  const actual = jest.requireActual<typeof OpenerModule>('./sample-opener')
  return {
    createSampleOpener: (...given: Parameters<typeof actual.createSampleOpener>) => {
      const opener = actual.createSampleOpener(...given)
      return {
        ...opener,
        open: (...args: Parameters<typeof opener.open>) => {
          const clear = opener.open(...args)
          mockNote(clear)
          return clear
        },
      }
    },
  }
})
jest.mock('./session-cipher', () => {
  const actual = jest.requireActual<typeof CipherModule>('./session-cipher')
  return {
    ...actual,
    sessionCipher: (...given: Parameters<typeof actual.sessionCipher>) => {
      const cipher = actual.sessionCipher(...given)
      return {
        ...cipher,
        open: (...args: Parameters<typeof cipher.open>) => {
          const isGood = cipher.open(...args)
          mockNote(args[0])
          return isGood
        },
      }
    },
  }
})

const SENT_ID = '0123456789abcdef0123456789abcdef' as KeyId
const OWN_ID = 'fedcba9876543210fedcba9876543210' as KeyId
const COUNT = 30
const samples: ReadonlyArray<GivenSample> = Array.from({ length: COUNT }, (_, index) => ({
  bytes: new Uint8Array(40).fill(index),
  scheme: SCHEME_MCE,
  id: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, index),
}))
const authority = sessionAuthority()
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

describe('the scratch of a session', () => {
  let sender: TemporaryHome
  let place: TemporaryHome
  beforeEach(async () => {
    sender = await temporaryHome({ inMemory: true, authorityRoot: authority.root })
    place = await temporaryHome({ inMemory: true, authorityRoot: authority.root })
    await authority.list(sender.home, { kind: 'application', version: '1' })
    Object.assign(mockSpy, { clear: [], most: 0 })
  })
  afterEach(() => {
    sender.remove()
    place.remove()
  })

  const send = async (look = true) => {
    await sender.license(SENT_ID, '5a'.repeat(16))
    const { grant } = await exportingTo(sender.home, SENT_ID, authority.certify(await agreementKey(place.home)))
    const pool = createPool({ batchBytes: 200 })
    const rows: SentRow[] = []
    let offer = { run: '', sealed: '' }
    const sink = readingSink((batch) => {
      rows.push(...sentRows(batch))
      if (look) expect(mockSpy.clear.every(isZero)).toBe(true)
    })
    const source = sampleSource<Content>(pool, samples, { state: 'content' })
    await lastValueFrom(runPipeline(pool, source, toSession(grant, { onOffer: (told) => (offer = told) }), sink).pipe(toArray()))
    return { rows, offer }
  }
  const take = async ({ rows, offer: { run, sealed } }: Awaited<ReturnType<typeof send>>, spoil = false): Promise<void> => {
    const grant = await importingSession(place.home, await place.license(OWN_ID, 'c3'.repeat(16)), sealed)
    Object.assign(mockSpy, { clear: [], most: 0 })
    const pool = createPool({ batchBytes: 200 })
    const counters = { from: 1n, to: 1n << 20n }
    const target = { tracks: new Map([[1, { scheme: 'mce', keyId: OWN_ID, form: 'whole', counters } as const]]) }
    const arriving = rows.map((row, index) => (spoil && index === COUNT - 1 ? { ...row, time: 9 } : row))
    await lastValueFrom(runPipeline(pool, arrivingSession(pool, arriving, { run }), fromSession(grant, target), readingSink()))
  }
  const withoutWiping = async (run: () => Promise<unknown>): Promise<void> => {
    // What a cipher gives is a Buffer, which fills by a method of its own.
    const fills = [Uint8Array.prototype, Buffer.prototype].map((type) => jest.spyOn(type, 'fill').mockReturnThis())
    try {
      await run().catch(() => undefined)
    } finally {
      for (const fill of fills) fill.mockRestore()
    }
  }

  it('EX-16, R2: holds one clear sample as it goes, and zeros after it', async () => {
    await send()
    expect([mockSpy.clear.length, mockSpy.most, mockSpy.clear.every(isZero)]).toEqual([COUNT, 1, true])
  })

  it('R2: holds one clear sample as it comes, and zeros after it', async () => {
    await take(await send())
    expect([mockSpy.clear.length, mockSpy.most, mockSpy.clear.every(isZero)]).toEqual([COUNT, 1, true])
  })

  it('EX-17: holds zeros after a sample that was refused', async () => {
    const sent = await send()
    await expect(take(sent, true)).rejects.toMatchObject({ fault: { type: 'FrameInvalid' } })
    expect([mockSpy.clear.length, mockSpy.clear.every(isZero)]).toEqual([COUNT, true])
  })

  it('twin: the same look finds samples as they go, where nobody wipes', async () => {
    await withoutWiping(() => send(false))
    expect(mockSpy.most).toBeGreaterThan(1)
  })

  it('twin: the same look finds samples as they come, where nobody wipes', async () => {
    const sent = await send()
    await withoutWiping(() => take(sent))
    expect(mockSpy.most).toBeGreaterThan(1)
  })
})
