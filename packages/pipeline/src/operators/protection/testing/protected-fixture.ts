import type { KeyId } from '@custody/core/identity'
import { lastValueFrom, toArray } from 'rxjs'

import { fixtureNamed } from '../../../asf/testing/fixtures'
import { memorySink } from '../../../asf/testing/memory-sink'
import { memorySource } from '../../../asf/testing/memory-source'
import { createPool } from '../../../lease/pool'
import { runPipeline } from '../../../lease/run-pipeline'
import { openAsf, type AsfFile } from '../../../media/open-asf'
import { demuxClear } from '../../demux'
import { mux } from '../../mux/mux'
import { protect } from '../protect'
import { succeed, type TemporaryHome } from './temporary-home'

/** Opens a file in memory. */
export const mediaIn = (bytes: Uint8Array): Promise<AsfFile> => succeed(openAsf(memorySource(bytes)))

/** Under which key, and in which form, see `ProtectTarget`. */
export interface FixtureProtection {
  readonly keyId: KeyId
  readonly key: string
  readonly until?: number
  readonly units?: 'lengths' | 'as-is'
}

/** A fixture, protected with `mce` by the pipeline itself. */
export const protectedFixture = async (
  place: TemporaryHome,
  name: string,
  { keyId, key, until, units = 'lengths' }: FixtureProtection
): Promise<Uint8Array> => {
  const file = await mediaIn(fixtureNamed(name).bytes())
  const { grant } = await place.protection(await place.license(keyId, key, until))
  const pool = createPool()
  const sink = memorySink()
  const run = runPipeline(
    pool,
    demuxClear(file, pool),
    protect(grant, { scheme: 'mce', keyId, counters: { from: 1n, to: 1n << 32n }, units }),
    mux({
      container: 'asf',
      sink,
      model: file,
      protectionObjects: [],
      extensionObjects: [],
      fileId: new Uint8Array(16).fill(0xab),
      creationTime: 133_500_000_000_000_000n,
    })
  )
  await lastValueFrom(run.pipe(toArray()))
  return sink.bytes()
}
