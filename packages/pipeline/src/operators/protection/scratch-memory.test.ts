import type { KeyId } from '@custody/core/identity'
import { lastValueFrom, toArray } from 'rxjs'

import { readingSink } from '../../batch/testing/read-batch'
import type * as AvcConverterModule from '../../codec/avc/avc-converter'
import { createPool } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { demuxContent } from '../demux'
import { rowsOf } from '../testing/legs'
import { independentCtr } from './testing/independent-ctr'
import { mediaIn, protectedFixture } from './testing/protected-fixture'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { transcrypt } from './transcrypt'
import type * as UncoveredPlacesModule from './uncovered-places'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const VIDEO_ID = 'aa'.repeat(16) as KeyId
const SOUND_ID = 'bb'.repeat(16) as KeyId
const KEY = '5a'.repeat(16)
const RUN = 16
/** Fewer different bytes than this stand in any memory. */
const LEAST_VARIETY = 8
/** Where the data of a slice have begun: no header of these pictures is longer. */
const HEADER_MOST = 24

/** What lay in the scratch of each kind at the moment when it held most: sample by sample. */
const mockSeen = { places: [] as Uint8Array[], window: [] as Uint8Array[], unwiped: 0 }

jest.mock('./uncovered-places', () => {
  const actual = jest.requireActual<typeof UncoveredPlacesModule>('./uncovered-places')
  return {
    createUncoveredPlaces: () => {
      const real = actual.createUncoveredPlaces()
      let last: Uint8Array | undefined
      return {
        open: (...given: Parameters<typeof real.open>) => {
          const opened = real.open(...given)
          last = opened.bytes
          return opened
        },
        wipe: () => {
          if (last !== undefined) mockSeen.places.push(last.slice())
          real.wipe()
          if (last?.some((byte) => byte !== 0) === true) mockSeen.unwiped += 1
        },
      }
    },
  }
})

jest.mock('../../codec/avc/avc-converter', () => {
  const actual = jest.requireActual<typeof AvcConverterModule>('../../codec/avc/avc-converter')
  return {
    createAvcConverter: (...given: Parameters<typeof actual.createAvcConverter>) => {
      const real = actual.createAvcConverter(...given)
      return {
        ...real,
        convert: (...args: Parameters<typeof real.convert>) => {
          const converted = real.convert(...args)
          mockSeen.window.push(args[3].slice())
          return converted
        },
      }
    },
  }
})

describe('the scratch memory of transcrypt', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
    Object.assign(mockSeen, { places: [], window: [], unwiped: 0 })
  })
  afterEach(() => place.remove())

  const run = async (bytes: Uint8Array): Promise<void> => {
    const { grant } = await place.exporting(KEY_ID, [
      { keyId: VIDEO_ID, key: '11'.repeat(16) },
      { keyId: SOUND_ID, key: '22'.repeat(16) },
    ])
    const counters = { from: 1n, to: 1n << 20n }
    const tracks = new Map([
      [1, { scheme: 'cenc', keyId: VIDEO_ID, counters, form: 'avc' } as const],
      [2, { scheme: 'cenc', keyId: SOUND_ID, counters, form: 'whole' } as const],
    ])
    Object.assign(mockSeen, { places: [], window: [], unwiped: 0 })
    const pool = createPool()
    await lastValueFrom(
      runPipeline(pool, demuxContent(await mediaIn(bytes), pool), transcrypt(grant, { tracks }), readingSink()).pipe(toArray())
    )
  }

  /** Pieces of 16 bytes of what `cenc` protects of the pictures: the data of their slices. */
  const secrets = async (): Promise<ReadonlySet<string>> => {
    const rows = (await rowsOf(await protectedFixture(place, 'h264-aac.asf', { keyId: KEY_ID, key: KEY }))).filter(({ track }) => track === 1)
    const pieces = new Set<string>()
    for (const { iv, bytes } of rows) {
      const view = Buffer.from(independentCtr(KEY, iv, bytes))
      for (let at = 0; at < view.length; at += 4 + view.readUInt32BE(at)) {
        const end = at + 4 + view.readUInt32BE(at)
        const type = (view[at + 4] ?? 0) & 0x1f
        if (type !== 1 && type !== 5) continue
        for (let from = at + 4 + HEADER_MOST; from + RUN <= end; from += RUN) pieces.add(view.toString('latin1', from, from + RUN))
      }
    }
    return new Set([...pieces].filter((piece) => new Set(piece).size >= LEAST_VARIETY))
  }

  const found = (seen: ReadonlyArray<Uint8Array>, pieces: ReadonlySet<string>): number =>
    seen.filter((bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      for (let at = 0; at + RUN <= text.length; at += 1) if (pieces.has(text.slice(at, at + RUN))) return true
      return false
    }).length

  it('R2: holds nothing that the target protects of pictures behind lengths, which pass no window', async () => {
    const pieces = await secrets()
    await run(await protectedFixture(place, 'h264-aac.asf', { keyId: KEY_ID, key: KEY }))
    expect(mockSeen.window).toEqual([])
    expect(mockSeen.places.length).toBeGreaterThan(100)
    expect(mockSeen.places.some((bytes) => bytes.some((byte) => byte !== 0))).toBe(true)
    expect([found(mockSeen.places, pieces), mockSeen.unwiped]).toEqual([0, 0])
  })

  it('R2: holds one sample at a time of pictures behind start codes, where the same search finds it', async () => {
    const pieces = await secrets()
    await run(await protectedFixture(place, 'h264-aac.asf', { keyId: KEY_ID, key: KEY, units: 'as-is' }))
    expect(mockSeen.window.length).toBeGreaterThan(100)
    // Samples of a few skipped blocks have no piece of 16 bytes.
    expect(found(mockSeen.window, pieces)).toBeGreaterThan(50)
    expect([found(mockSeen.places, pieces), mockSeen.unwiped]).toEqual([0, 0])
  })
})
