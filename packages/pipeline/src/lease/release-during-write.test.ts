import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concatMap } from 'rxjs'

import { openBatch } from '../batch/batch-inside'
import type { Content } from '../batch/state'
import { sampleSource } from '../batch/testing/sample-source'
import type { Sink } from './operator'
import { createPool, poolStatus } from './pool'
import { pinLease, unpinLease } from './release'
import { runPipeline } from './run-pipeline'
import { dirtyBytes } from './testing/pool-memory'
import { withDefenceOff } from './testing/with-defence-off'

const CANARY = 0xc7
/** More than a pipe of the system takes at once, so that the write stands still in the middle. */
const BYTES = 512 * 1024

/** What the pipe has by now; nothing while the writer fills it again. */
const nextBytes = async (reader: number): Promise<Buffer> => {
  const chunk = Buffer.alloc(64 * 1024)
  await new Promise((resolve) => setImmediate(resolve))
  try {
    return chunk.subarray(0, readSync(reader, chunk))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    return chunk.subarray(0, 0)
  }
}

describe('a run that is cancelled while the system writes', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-pins-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  /** Cancels in the middle of one write; answers what of its bytes came out otherwise than the sample had them. */
  const changedBytes = async (): Promise<number> => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const pipe = await open(path, 'w')
    const pool = createPool({ leases: 3, batchBytes: BYTES })
    let written = Promise.resolve()
    const sample = { bytes: new Uint8Array(BYTES).fill(CANARY) }
    const run = runPipeline(
      pool,
      sampleSource<Content>(pool, [sample], { state: 'content' }),
      writing(pipe, (write) => {
        written = write
      })
    )
    const subscription = run.subscribe()
    await new Promise((resolve) => setTimeout(resolve, 50))
    subscription.unsubscribe()
    let [changed, count] = [0, 0]
    while (count < BYTES) {
      const bytes = await nextBytes(reader)
      count += bytes.length
      changed += bytes.filter((byte) => byte !== CANARY).length
    }
    await written
    await pipe.close()
    closeSync(reader)
    expect([count, poolStatus(pool).out, dirtyBytes(pool)]).toEqual([BYTES, 0, 0])
    return changed
  }

  const writing = (pipe: FileHandle, begun: (write: Promise<void>) => void): Sink<Content, void> =>
    concatMap((batch) => {
      const { lease, pool } = openBatch(batch)
      pinLease(lease)
      const write = pipe.write(lease.bytes, lease.headroom, BYTES).then(() => {
        unpinLease(pool, lease)
      })
      begun(write)
      return write
    })

  it('R18: has every byte written as it was, and is wiped when the write is done', async () => {
    expect(await changedBytes()).toBe(0)
  })

  it('R18: without the pins what was not written yet comes out as zeros', async () => {
    expect(await withDefenceOff('pin', changedBytes)).toBeGreaterThan(0)
  })
})
