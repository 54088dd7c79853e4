/** The peak of memory of demuxing and rewriting, by the length of the file. */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { atMost } from '../aims.mjs'
import { makeMedia } from '../make-media.mjs'
import { measure } from '../measure.mjs'
import { bundleProgram } from '../parts/bundle-program.mjs'
import { pinned } from '../parts/processor.mjs'
import { markdown } from '../tables.mjs'

const MIBS = [64, 1024]
const MOST_GROWTH = 1.1

const measurePeaks = async (source, folder, mibs) => {
  const programs = { demux: await bundleProgram('demux-program', folder), rewrite: await bundleProgram('rewrite-program', folder) }
  const [input, output] = [join(folder, 'memory-in.asf'), join(folder, 'memory-out.asf')]
  const peakOf = async (...args) => (await measure(pinned({ command: process.execPath, args }), join(folder, 'figures'))).peak
  const peaks = []
  for (const mib of mibs) {
    makeMedia({ source, output: input, mib })
    const peak = { demux: await peakOf(programs.demux, input), rewrite: await peakOf(programs.rewrite, input, output) }
    peaks.push({ mib: Math.round(statSync(input).size / 2 ** 20), ...peak })
    for (const path of [input, output]) rmSync(path)
    console.error(`  memory, ${mib} MiB: ${JSON.stringify(peak)}`)
  }
  return peaks
}

export const formatMemory = {
  name: 'memory',
  run: async ({ folder, mib, clips }) => {
    const peaks = await measurePeaks(clips().found[0].source, folder, MIBS.filter((each) => each <= Math.max(4 * mib, MIBS[0])))
    const isTold = peaks.every(({ demux }) => demux !== undefined)
    if (!isTold) return { aims: [], text: [], missing: ['nothing here tells the memory of a process'] }
    const grows = (what) => peaks.at(-1)[what] / peaks[0][what]
    return {
      aims: ['demux', 'rewrite'].map((what) => atMost(`Peak memory, ${what}, long file: of the short one`, grows(what), MOST_GROWTH)),
      text: [
        '## Memory of demuxing and rewriting',
        markdown(
          ['file', 'demuxing, peak MiB', 'rewriting, peak MiB'],
          peaks.map(({ mib: size, demux, rewrite }) => [`${size} MiB`, demux.toFixed(0), rewrite.toFixed(0)])
        ),
      ],
    }
  },
}
