import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@custody/core/clock'
import { openHome, protectLicense } from '@custody/core/home'
import { defaultConditions } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { authorizeProtection } from '@custody/core/transfer'
import { openFileSink, openFileSource } from '@custody/pipeline/io'
import { createPool, poolStatus } from '@custody/pipeline/lease'
import { openAsf } from '@custody/pipeline/media'
import { demuxClear, demuxContent, eachSample, mux, runPipeline } from '@custody/pipeline/operators'
import { protect } from '@custody/pipeline/operators/protection'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom } from 'rxjs'

import { trim, type Part } from './trim'

const SAMPLE = join(__dirname, '..', 'packages', 'cli', 'sample', 'sample.asf')
const UNITS_PER_SECOND = 10_000_000

const succeed = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

interface Seen {
  readonly track: number
  readonly time: number
  readonly isKey: boolean
  readonly size: number
}

const collecting = (seen: Seen[]) =>
  eachSample('collect', ({ track, time, isKey, size }) => {
    seen.push({ track, time, isKey, size })
  })

describe('the example of an operator of one’s own', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-example-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  /** Protects a part of the sample file; answers what the file had, and what the protected part has. */
  const protectPart = async (part: Part): Promise<{ readonly before: ReadonlyArray<Seen>; readonly after: ReadonlyArray<Seen> }> => {
    const place = { directory: join(folder, 'home'), machineFile: join(folder, 'machine') }
    const home = await succeed(openHome({ ...place, clock: systemClock, random: systemRandom }))
    const file = await succeed(openAsf(await succeed(openFileSource(SAMPLE))))
    const output = join(folder, 'part.asf')
    try {
      const { lid, keyId } = await succeed(protectLicense(home)({ conditions: defaultConditions([]), freshBytes: 7 }))
      const { grant } = await succeed(authorizeProtection(home)({ lid }))
      const sink = await succeed(openFileSink(output, { overwrite: true }))
      const packetSize = file.header.file.packetSize
      const headers = { protectionObjects: [], extensionObjects: [], fileId: new Uint8Array(16), creationTime: 0n }
      const before: Seen[] = []
      const pool = createPool()
      await lastValueFrom(
        runPipeline(
          pool,
          demuxClear(file, pool),
          collecting(before),
          trim(part),
          protect(grant, { keyId, scheme: 'cocktail', packetSize }),
          mux({ container: 'asf', sink, model: file, scheme: 'cocktail', ...headers })
        )
      )
      await succeed(sink.commit())
      expect(poolStatus(pool).out).toBe(0)
      return { before, after: await samplesIn(output) }
    } finally {
      await file.source.close()()
      home.close()
    }
  }

  const samplesIn = async (path: string): Promise<ReadonlyArray<Seen>> => {
    const file = await succeed(openAsf(await succeed(openFileSource(path))))
    const seen: Seen[] = []
    const looking = demuxContent(file, createPool(), { scheme: 'cocktail' }).pipe(collecting(seen))
    try {
      await lastValueFrom(looking)
      return seen
    } finally {
      await file.source.close()()
    }
  }

  it('keeps the samples of the part, each track from a key sample on, in their order', async () => {
    const part = { from: 0.5, to: 1.5 }
    const { before, after } = await protectPart(part)
    const begun = new Set<number>()
    const expected = before.filter(({ track, time, isKey }) => {
      const inside = time >= part.from * UNITS_PER_SECOND && time < part.to * UNITS_PER_SECOND
      if (inside && isKey) begun.add(track)
      return inside && begun.has(track)
    })
    expect(after.length).toBeGreaterThan(10)
    expect(after.length).toBeLessThan(before.length)
    expect(after.map(({ track, isKey, size }) => [track, isKey, size])).toEqual(
      expected.map(({ track, isKey, size }) => [track, isKey, size])
    )
  })
})
