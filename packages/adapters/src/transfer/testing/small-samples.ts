import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const MAKE_MEDIA = join(__dirname, '..', '..', '..', '..', '..', 'bench', 'make-media.mjs')

/** Makes a clear ASF file of picture and sound whose samples are of half a kilobyte, 2,600 of them in each MiB. */
export const makeSmallSamples = (output: string, mib: number): void => {
  execFileSync(process.execPath, [MAKE_MEDIA, '--mib', String(mib), '--output', output])
}
