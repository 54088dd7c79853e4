/** How long the command takes before it does anything. */
import { atMost } from '../aims.mjs'
import { version } from '../programs.mjs'
import { cpuOf, paired, spread } from '../ratios.mjs'
import { markdown } from '../tables.mjs'
import { takeTurns } from '../turns.mjs'

const ROUNDS = 40
const MOST = 1.7
const SHORT = 'custody --version'
const WITH_BUNDLE = 'custody --quiet --version'
const NODE = 'node -e 0'

export const startUp = {
  name: 'version',
  run: async ({ folder }) => {
    const runs = await takeTurns(
      {
        [SHORT]: () => version(),
        [WITH_BUNDLE]: () => version('--quiet'),
        [NODE]: () => ({ command: process.execPath, args: ['-e', '0'] }),
      },
      { rounds: ROUNDS, folder, label: 'start-up' }
    )
    const ratio = (name) => paired(cpuOf(runs[name]), cpuOf(runs[NODE]))
    const row = (name) => [name, spread(cpuOf(runs[name])), name === NODE ? '' : ratio(name).toFixed(2)]
    return {
      aims: [SHORT, WITH_BUNDLE].map((name) => atMost(`\`${name}\`: of \`${NODE}\``, ratio(name), MOST)),
      text: [
        '## Start-up',
        markdown(['program', 'CPU s, median (min–max)', `of \`${NODE}\``], [SHORT, WITH_BUNDLE, NODE].map(row)),
        `${ROUNDS} rounds. Asked for its version alone, the command answers without its bundle; with another word it loads it.`,
      ],
    }
  },
}
