import type { KeyId } from '@custody/core/identity'

import { fixtureNamed } from '../../asf/testing/fixtures'
import { readGood } from '../../asf/testing/read-whole'
import { openBatch } from '../../batch/batch-inside'
import { batchOf } from '../../batch/testing/sample-source'
import type { Clear } from '../../batch/state'
import { faultThrown } from '../../fault/testing/fault-of'
import { createPool } from '../../lease/pool'
import type { TrackDescription } from '../../media/media-description'
import { rowsOf } from '../testing/legs'
import { createLengthPrefixer } from './length-prefixer'
import { independentCtr } from './testing/independent-ctr'
import { annexBUnits, lengthPrefixedUnits } from './testing/nal-lists'
import { mediaIn, protectedFixture } from './testing/protected-fixture'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const KEY = '5a'.repeat(16)
const FIXTURE = 'h264-aac.asf'
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('NAL units behind lengths in protected ASF', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
  })
  afterEach(() => place.remove())

  const samples = async () => (await readGood(fixtureNamed(FIXTURE).bytes())).receiver.samples.filter(({ track }) => track === 1)
  const described = async (): Promise<TrackDescription> => {
    const track = (await mediaIn(fixtureNamed(FIXTURE).bytes())).tracks.get(1)
    if (track === undefined) throw new Error('no track')
    return track
  }

  it('P2: have the units of the source in order, and a configuration record in the header', async () => {
    const bytes = await protectedFixture(place, FIXTURE, { keyId: KEY_ID, key: KEY })
    const track = (await mediaIn(bytes)).tracks.get(1)
    // A configuration record of version 1 with lengths of four bytes. ISO/IEC 14496-15, 5.3.3.1
    expect([track?.codecPrivate[0], (track?.codecPrivate[4] ?? 0) & 3]).toEqual([1, 3])
    const rows = (await rowsOf(bytes)).filter((row) => row.track === 1)
    expect(rows.map((row) => lengthPrefixedUnits(independentCtr(KEY, row.iv, row.bytes)))).toEqual(
      (await samples()).map((sample) => annexBUnits(sample.bytes))
    )
  })

  it('are not written where that was not wanted', async () => {
    const bytes = await protectedFixture(place, FIXTURE, { keyId: KEY_ID, key: KEY, units: 'as-is' })
    const rows = (await rowsOf(bytes)).filter((row) => row.track === 1)
    expect(rows.map((row) => hex(independentCtr(KEY, row.iv, row.bytes)))).toEqual((await samples()).map((sample) => hex(sample.bytes)))
  })

  const rewritten = (track: TrackDescription, bytes: Uint8Array) => {
    const batch = batchOf<Clear>(createPool(), { bytes, track: 1 }, 'clear', new Map([[1, track]]))
    const prefixer = createLengthPrefixer()
    prefixer.rewrite(openBatch(batch))
    return { inside: openBatch(batch), prefixer }
  }

  it('leave a track as it is whose parameter sets are not known with its first sample', async () => {
    const track = { ...(await described()), codecPrivate: new Uint8Array() }
    const slice = Uint8Array.of(0, 0, 0, 1, 0x41, 0x9a, 0x24, 0x6c, 0x41)
    const { inside } = rewritten(track, slice)
    expect(inside.tracks.get(1)).toEqual(track)
    const offset = inside.columns.offset[0] ?? 0
    expect(hex(inside.lease.bytes.subarray(offset, offset + (inside.columns.size[0] ?? 0)))).toBe(hex(slice))
  })

  it('tell stream and time of a later sample that cannot be rewritten, and wipe nothing away in silence', async () => {
    const track = await described()
    const [first] = await samples()
    const { inside, prefixer } = rewritten(track, first?.bytes ?? new Uint8Array())
    expect(inside.tracks.get(1)?.codecPrivate[0]).toBe(1)
    const broken = batchOf<Clear>(createPool(), { bytes: Uint8Array.of(0x55, 0, 0, 1, 0x41), track: 1 }, 'clear', new Map([[1, track]]))
    expect(faultThrown(() => prefixer.rewrite(openBatch(broken)))).toMatchObject({
      type: 'UnsupportedMedia',
      what: expect.stringContaining('stream 1, sample at ') as unknown,
    })
  })
})
