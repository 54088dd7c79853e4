import { concatMap, lastValueFrom, map, take, timer, toArray } from 'rxjs'

import { fixtureNamed } from '../asf/testing/fixtures'
import type { Content, State } from '../batch/state'
import { branch } from '../lease/branch'
import { fanOut } from '../lease/fan-out'
import type { Operator, Sink } from '../lease/operator'
import { createPool, poolStatus } from '../lease/pool'
import type { Pool } from '../lease/pool-handle'
import { poolState } from '../lease/pool-state'
import { runPipeline } from '../lease/run-pipeline'
import { stage, WHOLE_POOL } from '../lease/stage'
import { dirtyBytes } from '../lease/testing/pool-memory'
import { withDefenceOff } from '../lease/testing/with-defence-off'
import type { AsfFile } from '../media/open-asf'
import { demuxClear, demuxContent } from './demux'
import { temporaryHome, type TemporaryHome } from './protection/testing/temporary-home'
import { asfLeg, fileIn, keyFor, mp4Leg, protectAsf, protectFixture, trackKey } from './testing/legs'

const FIXTURE = 'h264-aac.asf'
/** Bytes of a batch: small, so that a file has many. */
const BATCH = 8 * 1024
const LEASES = 6

const slowly = <S extends State>(): Operator<S, S> =>
  stage<S, S>('slowly', { holds: WHOLE_POOL }, (source) => source.pipe(concatMap((batch) => timer(4).pipe(concatMap(() => [batch])))))

describe('several targets in one pass', () => {
  let place: TemporaryHome
  let asf: Uint8Array
  beforeAll(async () => {
    place = await temporaryHome()
    asf = await protectFixture(place, FIXTURE, 'mce')
  })
  afterAll(() => {
    place.remove()
  })

  const smallPool = (): Pool => createPool({ leases: LEASES, batchBytes: BATCH, stallAfter: 5000 })
  const settled = async (pool: Pool): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([poolStatus(pool).out, dirtyBytes(pool), poolState(pool).families]).toEqual([0, 0, 0])
  }
  /** Runs a sink over the protected file; answers how many batches there were. */
  const drive = async (sink: Sink<Content, unknown>): Promise<number> => {
    const pool = smallPool()
    try {
      await lastValueFrom(runPipeline(pool, demuxContent(await fileIn(asf), pool), sink).pipe(toArray()))
    } finally {
      await settled(pool)
    }
    return poolStatus(pool).given
  }
  const leg = async (to: 'cenc' | 'cbcs'): Promise<ReturnType<typeof mp4Leg> & { readonly useId: string }> => {
    const tracks = [...(await fileIn(asf)).tracks.values()]
    const { keyId, key } = keyFor('mce')
    await place.license(keyId, key)
    const { grant, useId } = await place.exporting(keyId, tracks.map(({ number }) => trackKey(number)))
    return { ...mp4Leg(grant, tracks, to), useId }
  }
  const alone = async (to: 'cenc' | 'cbcs'): Promise<ReadonlyMap<number, Uint8Array>> => {
    const { sink, bytes } = await leg(to)
    await drive(sink)
    return bytes()
  }
  const sameFiles = (found: ReadonlyMap<number, Uint8Array>, expected: ReadonlyMap<number, Uint8Array>): void => {
    expect([...found.keys()]).toEqual([...expected.keys()])
    for (const [track, bytes] of expected) expect([track, Buffer.compare(found.get(track) ?? bytes.subarray(1), bytes)]).toEqual([track, 0])
  }

  it('writes byte for byte what two passes write, from half the reading', async () => {
    const [cenc, cbcs] = [await leg('cenc'), await leg('cbcs')]
    const batches = await drive(fanOut([cenc.sink, cbcs.sink]))
    sameFiles(cenc.bytes(), await alone('cenc'))
    sameFiles(cbcs.bytes(), await alone('cbcs'))
    expect(batches).toBeGreaterThan(4 * LEASES)
  })

  it.each([0, 1])('does so when branch %i is slow', async (which) => {
    const [cenc, cbcs] = [await leg('cenc'), await leg('cbcs')]
    const sinks = [cenc.sink, cbcs.sink].map((sink, index) => (index === which ? branch(slowly<Content>(), sink) : sink))
    await drive(fanOut(sinks))
    sameFiles(cenc.bytes(), await alone('cenc'))
    sameFiles(cbcs.bytes(), await alone('cbcs'))
  })

  it.each([0, 1])('ends the other branch when branch %i fails, and breaks off both grants', async (which) => {
    const legs = [await leg('cenc'), await leg('cbcs')]
    const failing = stage<Content, Content>('failing', { holds: 1 }, (source) =>
      source.pipe(
        map((batch, index) => {
          if (index === 3) throw new Error('branch')
          return batch
        })
      )
    )
    const sinks = legs.map(({ sink }, index) => (index === which ? branch(failing, sink) : sink))
    await expect(drive(fanOut(sinks))).rejects.toThrow('branch')
    for (const { useId } of legs) {
      const closed = (await place.events(`use-${useId}`)).find(({ type }) => type === 'GrantClosed')
      expect(closed?.data).toMatchObject({ outcome: 'broken' })
    }
  })

  it('ends clean when it is unsubscribed in the middle', async () => {
    const [cenc, cbcs] = [await leg('cenc'), await leg('cbcs')]
    const pool = smallPool()
    const run = runPipeline(pool, demuxContent(await fileIn(asf), pool), fanOut([cenc.sink, cbcs.sink]))
    await lastValueFrom(run.pipe(take(3), toArray()))
    await settled(pool)
  })

  describe('from the owner’s clear file', () => {
    const both = async (pool: Pool): Promise<{ readonly mce: Uint8Array; readonly cocktail: Uint8Array }> => {
      const file = (await fileIn(fixtureNamed(FIXTURE).bytes())) as AsfFile
      const legFor = async (scheme: 'mce' | 'cocktail') => {
        const { keyId, key } = keyFor(scheme)
        return asfLeg((await place.protection(await place.license(keyId, key))).grant, file, scheme)
      }
      const [mce, cocktail] = [await legFor('mce'), await legFor('cocktail')]
      await lastValueFrom(runPipeline(pool, demuxClear(file, pool), fanOut([mce.sink, cocktail.sink])).pipe(toArray()))
      return { mce: mce.bytes(), cocktail: cocktail.bytes() }
    }

    it('protects each copy for itself, and wipes them all', async () => {
      const pool = smallPool()
      const found = await both(pool)
      await settled(pool)
      for (const scheme of ['mce', 'cocktail'] as const) {
        const alone = await protectAsf(place, (await fileIn(fixtureNamed(FIXTURE).bytes())) as AsfFile, scheme)
        expect([scheme, Buffer.compare(found[scheme], alone)]).toEqual([scheme, 0])
      }
    })

    it('would leave samples in the memory of the pool without the wipe', async () => {
      const pool = smallPool()
      await withDefenceOff('wipe', () => both(pool))
      expect(dirtyBytes(pool)).toBeGreaterThan(BATCH)
    })
  })
})
