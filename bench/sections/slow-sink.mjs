/** Memory while the sink is much slower than the source. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { atMost } from '../aims.mjs'
import { makeMedia } from '../make-media.mjs'
import { measure } from '../measure.mjs'
import { bundleProgram } from '../parts/bundle-program.mjs'
import { pinned } from '../parts/processor.mjs'
import { markdown } from '../tables.mjs'

const MOST_MIB = 64
const SLOWER = 100
const MOST_GROWTH = 1.1

const node = (...args) => ({ command: process.execPath, args })

export const slowSink = {
  name: 'slow-sink',
  run: async (context) => {
    const folder = mkdtempSync(join(context.folder, 'slow-'))
    const at = (name) => join(folder, name)
    const bytes = makeMedia({ source: context.clips().found[0].source, output: at('clear.asf'), mib: Math.min(context.mib, MOST_MIB) })
    const program = await bundleProgram('operators-program', folder)
    execFileSync(process.execPath, [program, 'protect', at('clear.asf'), at('protected.asf'), 'mce'])
    const counted = (...words) => measure(pinned(node(...words)), at('figures'))
    const source = await counted(await bundleProgram('demux-program', folder), at('protected.asf'))
    const exported = (...rest) => counted(program, 'export', at('protected.asf'), ...rest)
    const fast = await exported(at('fast'), 'mce')
    const slow = await exported(at('slow'), 'mce', String(Math.ceil(bytes / source.wall / SLOWER)))
    console.error(`  slow sink: ${fast.peak} MiB in ${fast.wall} s, slow ${slow.peak} MiB in ${slow.wall} s`)
    rmSync(folder, { recursive: true })
    const row = (name, { wall, peak }) => [name, wall.toFixed(2), peak?.toFixed(0) ?? 'not told']
    const growth = fast.peak === undefined ? undefined : slow.peak / fast.peak
    return {
      aims: [atMost(`Peak memory, a sink ${SLOWER} times slower: of a fast one`, growth, MOST_GROWTH)],
      text: [
        '## A slow sink',
        markdown(['sink', 'elapsed s', 'peak MiB'], [row('a file', fast), row('a file that waits', slow)]),
        [
          `${(bytes / 2 ** 20).toFixed(0)} MiB of large samples from protected ASF to \`cenc\`, by one bundled file of the operators.`,
          `The slow sink waits after each write for ${SLOWER} times as long as a program takes that only demuxes those bytes.`,
        ].join('\n'),
      ],
    }
  },
}
