/** AES in counter mode over single samples: what a batch saves. */
import { execFileSync } from 'node:child_process'

import { atLeast } from '../aims.mjs'
import { bundleProgram } from '../parts/bundle-program.mjs'
import { pinned } from '../parts/processor.mjs'
import { paired } from '../ratios.mjs'
import { markdown, median } from '../tables.mjs'

/** How many times the processor time of a batch a fresh cipher for each sample takes at least. */
const AIMS = new Map([
  [1024, 4],
  [16384, 0.7],
])

const nanoseconds = (program, way, size) => {
  const { command, args } = pinned({ command: process.execPath, args: [program, way, String(size)] })
  return Number(execFileSync(command, args, { encoding: 'utf8' }))
}

const measureSize = (program, size, rounds) => {
  const times = { batch: [], fresh: [] }
  for (let round = 0; round < rounds; round++) {
    for (const way of round % 2 === 0 ? ['batch', 'fresh'] : ['fresh', 'batch']) times[way].push(nanoseconds(program, way, size))
  }
  console.error(`  counter mode, ${size} bytes: ${JSON.stringify(times)}`)
  return { name: `${size / 1024} KiB`, ratio: paired(times.fresh, times.batch), aim: AIMS.get(size), ...times }
}

export const counterMode = {
  name: 'counter-mode',
  run: async ({ folder, partRounds }) => {
    const program = await bundleProgram('counter-program', folder)
    const measured = [...AIMS.keys()].map((size) => measureSize(program, size, partRounds))
    const times = (values) => median(values).toFixed(0)
    const rows = measured.map(({ name, batch, fresh, ratio }) => [name, times(batch), times(fresh), ratio.toFixed(2)])
    return {
      aims: measured.map(({ name, ratio, aim }) => atLeast(`Counter mode, ${name}: a fresh cipher, of a batch`, ratio, aim)),
      text: [
        '## Counter mode',
        markdown(['sample', 'in a batch, ns', 'fresh cipher each, ns', 'fresh / batch'], rows),
        [
          'Processor time for `mce` or `cenc` over one sample, each with an id of its own. A fresh cipher: `createCipheriv`, `update`,',
          'copy back.',
        ].join('\n'),
      ],
    }
  },
}
