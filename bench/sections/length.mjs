/** What an export costs by the length of the file, in time and memory. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { atMost, nearOne } from '../aims.mjs'
import { makeMedia } from '../make-media.mjs'
import { measure } from '../measure.mjs'
import { exporting, protect } from '../programs.mjs'
import { cpuOf, paired, peakOf, spread } from '../ratios.mjs'
import { markdown, median } from '../tables.mjs'
import { takeTurns } from '../turns.mjs'

/** The first is one pass of the clip: what it costs is start-up. */
const MIBS = [1, 64, 256, 1024]
const MOST_PEAK_MIB = 128
const MOST_PEAK_GROWTH = 1.1
const MOST_COST_CHANGE = 0.1

const makeProtected = async (source, folder, mib) => {
  const [clear, output] = [join(folder, 'clear.asf'), join(folder, `${mib}.asf`)]
  const bytes = makeMedia({ source, output: clear, mib })
  await measure(protect(folder, clear, output), join(folder, 'figures'))
  rmSync(clear)
  return { name: `${Math.round(bytes / 2 ** 20)} MiB`, bytes, output }
}

/** Nanoseconds for each byte beyond the shortest file, in each round. */
const costs = (files, runs) => {
  const [first, ...longer] = files
  const start = cpuOf(runs[first.name])
  return longer.map(({ name, bytes }) => ({
    name,
    rounds: cpuOf(runs[name]).map((cpu, round) => ((cpu - start[round]) / (bytes - first.bytes)) * 1e9),
  }))
}

const report = (files, runs) => {
  const perByte = costs(files, runs)
  const [short, long] = [perByte[0], perByte.at(-1)]
  const change = (one, other = short) => paired(one.rounds, other.rounds)
  const steps = perByte.slice(1).map((one, index) => ({ one, before: perByte[index] }))
  const rows = files.map(({ name }) => {
    const cost = perByte.find((one) => one.name === name)
    return [name, spread(cpuOf(runs[name])), cost === undefined ? '' : spread(cost.rounds, 2), peakOf(runs[name])?.toFixed(0) ?? 'not told']
  })
  const growth = median(runs[long.name].map(({ peak }, round) => peak / runs[short.name][round].peak))
  return {
    aims: [
      ...perByte.slice(1).map((one) => nearOne(`Cost of a byte, ${one.name}: of ${short.name}`, change(one), MOST_COST_CHANGE)),
      atMost(`Peak memory, ${long.name}`, peakOf(runs[long.name]), MOST_PEAK_MIB, { digits: 0, unit: ' MiB' }),
      atMost(`Peak memory, ${long.name}: of ${short.name}`, Number.isNaN(growth) ? undefined : growth, MOST_PEAK_GROWTH),
    ],
    text: [
      '## Length',
      markdown(['file', 'CPU s, median (min–max)', 'ns for each byte', 'peak MiB'], rows),
      [
        '`custody export`, `cenc`, of large samples. The shortest file is one pass of the clip: what it costs counts as start-up, and what',
        'a byte costs is counted beyond it.',
        ...steps.slice(1).map(({ one, before }) => `A byte of ${one.name}, of ${before.name}: ${change(one, before).toFixed(2)}.`),
      ].join('\n'),
    ],
  }
}

export const length = {
  name: 'length',
  run: async (context) => {
    const folder = mkdtempSync(join(context.folder, 'length-'))
    const files = []
    for (const mib of MIBS.filter((each) => each <= Math.max(context.mib * 4, MIBS[1]))) {
      files.push(await makeProtected(context.clips().found[0].source, folder, mib))
    }
    const programs = Object.fromEntries(files.map(({ name, output: input }) => [name, (output) => exporting(folder, input, output)]))
    const runs = await takeTurns(programs, { rounds: context.smallRounds, folder, label: 'length' })
    rmSync(folder, { recursive: true })
    return report(files, runs)
  },
}
