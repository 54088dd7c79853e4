import type * as AvcConverterModule from '../../codec/avc/avc-converter'
import type { KeyId } from '@custody/core/identity'
import { createSecretKey } from 'node:crypto'
import { lastValueFrom, toArray } from 'rxjs'

import { fixtureNamed } from '../../asf/testing/fixtures'
import { batchOf } from '../../batch/testing/sample-source'
import type { Content } from '../../batch/state'
import { createAvcConverter } from '../../codec/avc/avc-converter'
import { faultThrown } from '../../fault/testing/fault-of'
import type { TrackDescription } from '../../media/media-description'
import { openBatch } from '../../batch/batch-inside'
import { readingSink } from '../../batch/testing/read-batch'
import { createPool } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { demuxContent } from '../demux'
import { mediaIn, protectedFixture } from './testing/protected-fixture'
import { createSampleSealer } from './sample-sealer'
import { createSealedWindow } from './sealed-window'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { transcrypt } from './transcrypt'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const VIDEO_ID = 'aa'.repeat(16) as KeyId
const SOUND_ID = 'bb'.repeat(16) as KeyId
const KEY = '5a'.repeat(16)

interface Spy {
  /** Buffers in which a clear sample was seen, in order: what the converter read from, and what it wrote to. */
  readonly clear: Uint8Array[]
  readonly scratch: Uint8Array[]
  /** Buffers that were not all zero when the next sample came. */
  dirty: number
  passes: number
}
const mockSpy: Spy = { clear: [], scratch: [], dirty: 0, passes: 0 }

// The real converter and the real cipher, watched at the seam between the window and them.
jest.mock('../../codec/avc/avc-converter', () => {
  const actual = jest.requireActual<typeof AvcConverterModule>('../../codec/avc/avc-converter')
  return {
    createAvcConverter: (...given: Parameters<typeof actual.createAvcConverter>) => {
      const converter = actual.createAvcConverter(...given)
      return {
        ...converter,
        convert: (...args: Parameters<typeof converter.convert>) => {
          const [input, , , output] = args
          mockSpy.passes += 1
          mockSpy.dirty += [...mockSpy.clear, output].filter((bytes) => bytes.some((byte) => byte !== 0)).length
          mockSpy.clear.push(input)
          mockSpy.scratch.push(output)
          return converter.convert(...args)
        },
      }
    },
  }
})

const allZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

describe('the sealed window', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
    Object.assign(mockSpy, { clear: [], scratch: [], dirty: 0, passes: 0 })
  })
  afterEach(() => place.remove())

  const run = async (look: (batch: unknown) => void): Promise<void> => {
    const bytes = await protectedFixture(place, 'h264-aac.asf', { keyId: KEY_ID, key: KEY, units: 'as-is' })
    const { grant } = await place.exporting(KEY_ID, [
      { keyId: VIDEO_ID, key: '11'.repeat(16) },
      { keyId: SOUND_ID, key: '22'.repeat(16) },
    ])
    const counters = { from: 1n, to: 1n << 20n }
    const tracks = new Map([
      [1, { scheme: 'cenc', keyId: VIDEO_ID, counters, form: 'avc' } as const],
      [2, { scheme: 'cenc', keyId: SOUND_ID, counters, form: 'whole' } as const],
    ])
    const pool = createPool()
    const file = await mediaIn(bytes)
    await lastValueFrom(runPipeline(pool, demuxContent(file, pool), transcrypt(grant, { tracks }), readingSink(look)).pipe(toArray()))
  }

  it('EX-16, R2: holds one clear sample at a time, and zeros after each', async () => {
    let looked = 0
    await run(() => {
      looked += 1
      expect([...mockSpy.clear, ...mockSpy.scratch].every(allZero)).toBe(true)
    })
    expect(mockSpy.passes).toBeGreaterThan(100)
    expect(mockSpy.dirty).toBe(0)
    expect(looked).toBeGreaterThan(0)
  })

  it('EX-16, R2: the same look finds a window that is not wiped', async () => {
    const fill = jest.spyOn(Uint8Array.prototype, 'fill').mockReturnThis()
    try {
      await run(() => undefined).catch(() => undefined)
    } finally {
      fill.mockRestore()
    }
    expect(mockSpy.dirty).toBeGreaterThan(0)
  })

  it('lays the samples of a batch one behind the other', async () => {
    await run((batch) => {
      const { columns, count } = openBatch(batch)
      for (let row = 1; row < count; row += 1) {
        expect(columns.offset[row]).toBe((columns.offset[row - 1] ?? 0) + (columns.size[row - 1] ?? 0))
      }
    })
  })

  it('refuses a sample that would grow over a later one, also after a larger one has widened the scratch', async () => {
    const described = (await mediaIn(fixtureNamed('h264-aac.asf').bytes())).tracks.get(1)
    const configuration = createAvcConverter(described?.codecPrivate ?? new Uint8Array()).configuration() ?? new Uint8Array()
    // lengthSizeMinusOne 0: lengths of one byte, which grow by three.
    const codecPrivate = configuration.with(4, 0xfc)
    const tracks = new Map([[1, { ...described, codecPrivate } as TrackDescription]])
    const inside = openBatch(batchOf<Content>(createPool(), { bytes: new Uint8Array(1) }, 'content', tracks))
    const window = createSealedWindow(inside, 1, { form: 'avc', runs: 'whole-blocks' })
    const counters = { from: 1n, to: 9n }
    const key = createSecretKey(Buffer.alloc(16, 1))
    const sealer = createSampleSealer({ keyId: KEY_ID, key, target: { scheme: 'cenc', counters }, units: undefined })
    const into = new Uint8Array(4000).fill(0x99)
    const pass = (sample: Uint8Array): number =>
      window.pass({
        open: () => sample.slice(),
        room: sample.length,
        sealer,
        into,
        at: 0,
        columns: inside.columns,
        row: 0,
        ranges: 0,
      }).bytes
    const large = Uint8Array.from({ length: 4 * 251 }, (_, at) => (at % 251 === 0 ? 250 : at % 251 === 1 ? 0x06 : 0x55))
    expect(pass(large)).toBe(large.length + 12)
    into.fill(0x99)
    const small = Uint8Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 1 : 0x06))
    // EX-16: the converter says where in the decrypted bytes; the fault that leaves the window does not.
    expect(faultThrown(() => pass(small))).toMatchObject({ type: 'UnsupportedMedia', at: undefined })
    expect(into.every((byte) => byte === 0x99)).toBe(true)
  })

  const passWhole = (): { readonly clear: Uint8Array; readonly into: Uint8Array; readonly seen: ReadonlyArray<number> } => {
    const inside = openBatch(batchOf<Content>(createPool(), { bytes: new Uint8Array(1) }, 'content'))
    const clear = Uint8Array.from({ length: 40 }, (_, at) => at + 1)
    const into = new Uint8Array(60)
    const seen: number[] = []
    const sealer = {
      rangesOf: () => undefined,
      seal: (sample: Uint8Array) => {
        seen.push(...sample)
        sample.forEach((byte, at) => (sample[at] = byte ^ 0xff))
      },
    }
    const { columns } = inside
    createSealedWindow(inside, 1, { form: 'whole', runs: 'to-the-end' }).pass({
      open: () => clear,
      room: clear.length,
      sealer,
      into,
      at: 20,
      columns,
      row: 0,
      ranges: 0,
    })
    return { clear, into, seen }
  }

  it('EX-16, R2: a sample that keeps its form is clear until it is sealed, and its buffer is zero when it has passed', () => {
    const { clear, into, seen } = passWhole()
    expect(seen).toEqual(Array.from({ length: 40 }, (_, at) => at + 1))
    expect([...into.subarray(20)]).toEqual(seen.map((byte) => byte ^ 0xff))
    expect(allZero(clear)).toBe(true)
  })

  it('EX-16, R2: the same look finds that buffer when nobody wipes it', () => {
    const fill = jest.spyOn(Uint8Array.prototype, 'fill').mockReturnThis()
    try {
      expect(allZero(passWhole().clear)).toBe(false)
    } finally {
      fill.mockRestore()
    }
  })
})
