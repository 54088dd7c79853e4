/** The figures of backup and restore as a page. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

const thousands = (value) => Math.round(value).toLocaleString('en-US')
const fixed = (value, digits = 2) => value.toFixed(digits)
const mebibytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
const met = (holds) => (holds ? 'met' : 'not met')

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const AIMS = { backup: 0.3, restore: 0.3, memory: 256 * 2 ** 20, growth: 1.25 }

const ratios = ({ rounds }) => ({
  backup: median(rounds.map(({ backup }) => backup.backup / backup.bulk)),
  restore: median(rounds.map(({ restore }) => restore.restore / restore.verify)),
})

/** The most of a part over both scales, and how much more it is with the many. */
const memoryOf = ({ few, many }) => {
  const parts = ['backup', 'restore', 'service']
  const peak = (scale, part) => Math.max(...scale.rounds.map((round) => round[part].peak))
  return {
    peaks: [few, many].map((scale) => [thousands(scale.count), ...parts.map((part) => mebibytes(peak(scale, part)))]),
    most: Math.max(...parts.map((part) => peak(many, part))),
    growth: Math.max(...parts.map((part) => peak(many, part) / peak(few, part))),
  }
}

const ratesOf = ({ many }) => {
  const { backup, restore } = ratios(many)
  const rate = (part, figure) => thousands(median(many.rounds.map((round) => round[part][figure])))
  const row = (part, beside, words, ratio, aim) =>
    [part, rate(part, part), words, rate(part, beside), fixed(ratio), `≥ ${aim}`, met(ratio >= aim)]
  return table(
    ['', 'licenses a second', 'beside it', 'a second', 'ratio', 'aim', ''],
    [
      row('backup', 'bulk', 'bulk append of the engine', backup, AIMS.backup),
      row('restore', 'verify', 'bare verification of signatures', restore, AIMS.restore),
    ]
  )
}

const machine = ({ load }) =>
  [
    `Node ${process.version}`,
    `${type()} ${release()}`,
    `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown kind'}`,
    mebibytes(totalmem()),
    `load before: ${fixed(load)}`,
  ].join(', ')

const crowdOf = ({ crowd }) => {
  const counted = Object.entries(crowd.counted).map(([computers, licenses]) => `${computers} for ${thousands(licenses)} licenses`)
  return [
    `${crowd.clients} computers restore ${thousands(crowd.count)} licenses each, the same ones, at once, from two instances over one`,
    `PostgreSQL: ${thousands(crowd.rate)} licenses a second, ${fixed(crowd.spent, 1)} s in all.`,
    `Computers that the services count afterwards: ${counted.join(', ')} (expected: ${crowd.clients + 1} for each).`,
  ].join('\n')
}

/** @param run what `bench/backup.mjs` measured. */
export const backupPage = (run) => {
  const { many, date, commit } = run
  const { peaks, most, growth } = memoryOf(run)
  const cpu = (part) => fixed(median(many.rounds.map((round) => round[part].cpu)), 1)
  return `# Performance of backup and restore

Written by \`npm run bench:backup\`. Ratios were measured side by side in one run; the client, the services and the measuring are
processes of their own, and client and services speak HTTP on this computer.

${date}, commit ${commit}, ${machine(run)}.

## ${thousands(many.count)} licenses, medians of ${many.rounds.length}

${ratesOf(run)}

CPU: backup ${cpu('backup')} s; restore ${cpu('restore')} s at the client and ${cpu('service')} s at the services, with their start.

## Memory

${table(['licenses', 'backup', 'restore', 'services'], peaks)}

The most is ${mebibytes(most)} (aim: below ${mebibytes(AIMS.memory)}, ${met(most < AIMS.memory)}). From the few to the many it grows
to ${fixed(growth)} of itself at most (flat up to ${AIMS.growth}: ${met(growth <= AIMS.growth)}).

## Many at once

${crowdOf(run)}
`
}
