import { rmSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredEvent } from '@custody/core/event'
import { lastValueFrom, type Observable } from 'rxjs'

import { exportMedia } from '../../../transfer/export-media'
import { makeSmallSamples } from '../../../transfer/testing/small-samples'
import { protectMedia } from '../../../transfer/protect-media'
import { temporaryHome } from '../../../transfer/testing/temporary-home'
import { clearKey } from '../adapter'

const MIB = 6

const MICROSECONDS = 1000

/** Milliseconds. */
interface Run {
  readonly clock: number
  readonly processor: number
}

type Start = (output: string) => Observable<StoredEvent>

/** Bytes above those of any header. */
const MEDIA = 20_000

let onMedia = (): unknown => undefined

/** All media is written by this function of the system's files. */
const watchWrites = async (): Promise<void> => {
  const handle = await open(__filename)
  const files = Object.getPrototypeOf(handle) as Pick<FileHandle, 'writev'>
  const { writev } = files
  await handle.close()
  files.writev = async function <T extends ReadonlyArray<NodeJS.ArrayBufferView>>(this: FileHandle, chunks: T, at?: number) {
    const written = await (writev<T>).call(this, chunks, at)
    if (written.bytesWritten > MEDIA) onMedia()
    return written
  }
}

/**
 * A program: runs transfers of small samples, which cost the most for their bytes, one after the other. Of each kind it writes a
 * line of JSON: of each run the milliseconds from the subscription until the first write of protected media is done, on the clock
 * and of processor time, that of all threads together. A run before them warms the process up.
 *
 * @param limit Milliseconds of processor time; no further run is made when one was quicker.
 * @param most Runs of each kind.
 */
const main = async (limit: number, most: number): Promise<void> => {
  await watchWrites()
  const { home, folder, remove } = await temporaryHome()
  const registered = [clearKey.describe.systemId]
  const [clear, guarded, output] = ['clear.asf', 'protected.asf', 'output'].map((name) => join(folder, name)) as [string, string, string]
  makeSmallSamples(clear, MIB)
  await lastValueFrom(protectMedia({ home, registered })({ input: clear, output: guarded, scheme: 'mce' }))
  const starts: Readonly<Record<string, Start>> = {
    export: (directory) => exportMedia({ home, registered })({ input: guarded, directory, adapter: clearKey }),
    protect: (place) => protectMedia({ home, registered })({ input: clear, output: place, scheme: 'mce' }),
  }
  const firstBytes = async (start: Start): Promise<Run> => {
    let taken: Run = { clock: Number.POSITIVE_INFINITY, processor: Number.POSITIVE_INFINITY }
    const [began, used] = [performance.now(), process.cpuUsage()]
    onMedia = () => {
      const { user, system } = process.cpuUsage(used)
      taken = { clock: performance.now() - began, processor: (user + system) / MICROSECONDS }
      onMedia = () => undefined
    }
    await lastValueFrom(start(output))
    rmSync(output, { recursive: true })
    return taken
  }
  for (const [kind, start] of Object.entries(starts)) {
    await firstBytes(start)
    const runs: Run[] = []
    while (runs.length < most && Math.min(...runs.map(({ processor }) => processor)) >= limit) runs.push(await firstBytes(start))
    process.stdout.write(`${JSON.stringify({ kind, runs })}\n`)
  }
  remove()
}

const [limit, most] = process.argv.slice(3)
void main(Number(limit), Number(most))
