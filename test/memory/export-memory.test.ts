import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { peakMemory, tellsPeakMemory } from './peak-memory'

const ROOT = join(__dirname, '..', '..')
const MAKE_MEDIA = join(ROOT, 'bench', 'make-media.mjs')
const CUSTODY = join(ROOT, 'packages', 'cli', 'bin', 'custody.js')

/**
 * The aim is 128 MiB for 1 GiB of any samples. Of samples of some 400 bytes, as here, a file of that size is nine hours long and
 * peaks at 148 MiB: what is kept of each segment, and the manifests made of it. The bounds are those that hold for these files.
 */
const FULL = process.env['CUSTODY_FULL'] === '1'
const LARGE_MIB = FULL ? 256 : 96
const SMALL_MIB = FULL ? 64 : 32
const BOUND_MIB = FULL ? 150 : 128
/** Of the peak of the short file, that of the long one is at most so much more. */
const SHARE_MORE = FULL ? 0.2 : 0.1
const TIMEOUT_MS = FULL ? 300_000 : 120_000

const { describe: describeHere, name } = tellsPeakMemory()
  ? { describe, name: 'memory of an export' }
  : { describe: describe.skip, name: 'memory of an export (this system has no /proc that tells it)' }

describeHere(name, () => {
  let folder = ''
  let environment: Readonly<Record<string, string>> = {}
  const peaks = { large: Number.POSITIVE_INFINITY }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-memory-'))
    environment = { CUSTODY_HOME: join(folder, 'home'), CUSTODY_MACHINE: join(folder, 'machine') }
  })

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const exportPeak = async (mib: number): Promise<number> => {
    const clear = join(folder, `clear-${mib}.asf`)
    const guarded = join(folder, `protected-${mib}.asf`)
    const output = join(folder, `export-${mib}`)
    execFileSync(process.execPath, [MAKE_MEDIA, '--mib', String(mib), '--output', clear])
    await peakMemory([CUSTODY, '--quiet', 'protect', clear, '-o', guarded], environment)
    const peak = await peakMemory([CUSTODY, '--quiet', 'export', guarded, '-o', output, '--to', 'clear-key'], environment)
    expect(existsSync(join(output, 'video.mp4'))).toBe(true)
    for (const path of [clear, guarded, output]) rmSync(path, { recursive: true })
    return peak
  }

  it(
    `exports ${LARGE_MIB} MiB within ${BOUND_MIB} MiB of memory`,
    async () => {
      peaks.large = await exportPeak(LARGE_MIB)
      expect(peaks.large).toBeGreaterThan(0)
      expect(peaks.large).toBeLessThan(BOUND_MIB)
    },
    TIMEOUT_MS
  )

  it(
    `holds at most ${SHARE_MORE * 100} % more for ${LARGE_MIB} MiB than for ${SMALL_MIB} MiB`,
    async () => {
      const small = await exportPeak(SMALL_MIB)
      expect(small).toBeGreaterThan(0)
      expect(peaks.large).toBeLessThan((1 + SHARE_MORE) * small)
    },
    TIMEOUT_MS
  )
})
