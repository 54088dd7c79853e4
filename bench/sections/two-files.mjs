/** Two exports by two threads at one time against one after the other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { atMost } from '../aims.mjs'
import { makeMedia } from '../make-media.mjs'
import { measure } from '../measure.mjs'
import { homeIn, protect } from '../programs.mjs'
import { paired, peakOf, spread } from '../ratios.mjs'
import { markdown } from '../tables.mjs'
import { takeTurns } from '../turns.mjs'

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), '..', 'parts', 'two-files-program.mjs')
const MOST = 0.6
const TOGETHER = 'both at one time'
const IN_TURN = 'one after the other'

const wallOf = (runs) => runs.map(({ wall }) => wall)

const makeProtected = async (source, folder, mib) => {
  const clear = join(folder, 'clear.asf')
  const outputs = [0, 1].map((number) => join(folder, `${number}.asf`))
  makeMedia({ source, output: clear, mib })
  for (const output of outputs) await measure(protect(folder, clear, output), join(folder, 'figures'))
  rmSync(clear)
  return outputs
}

const report = (runs, mib) => {
  const row = (name) => [name, spread(wallOf(runs[name]), 2), peakOf(runs[name])?.toFixed(0) ?? 'not told']
  return {
    aims: [atMost('Two files on two cores: of one after the other', paired(wallOf(runs[TOGETHER]), wallOf(runs[IN_TURN])), MOST)],
    text: [
      '## Two files on two cores',
      markdown(['two exports', 'elapsed s, median (min–max)', 'peak MiB'], [TOGETHER, IN_TURN].map(row)),
      `Two files of ${mib} MiB of large samples to \`cenc\` by \`transferMany\`, each in a thread of its own, left to the system to place.`,
    ],
  }
}

export const twoFiles = {
  name: 'two-files',
  run: async ({ folder: parent, mib, smallRounds, clips }) => {
    if (availableParallelism() < 2) return { aims: [], text: [], missing: ['one core only: two files on two are left out'] }
    const folder = mkdtempSync(join(parent, 'two-'))
    const inputs = await makeProtected(clips().found[0].source, folder, mib)
    const { CUSTODY_HOME: home, CUSTODY_MACHINE: machine } = homeIn(folder)
    const program = (atOnce) => (output) => ({
      command: process.execPath,
      args: [PROGRAM, atOnce, home, machine, output, ...inputs],
    })
    const runs = await takeTurns(
      { [TOGETHER]: program('2'), [IN_TURN]: program('1') },
      { rounds: smallRounds, folder, label: 'two files', place: (each) => each }
    )
    rmSync(folder, { recursive: true })
    return report(runs, mib)
  },
}
