const HEAD = `# Nightly runs

Properties with many more runs than in \`npm test\`, and processes killed more often. Written by \`npm run nightly [NAME]\`:
the last run of each set. A failure of a property is had again with \`npm run nightly NAME -- --seed N\` at the same commit.

| set | date | commit | seed | runs of a property, kills | tests passed | tests failed | minutes | result |
|---|---|---|---|---|---|---|---|---|
`

const ROW = /^\| ([a-z][\w-]*) \|.*\|$/gm

const rowOf = ({ name, date, commit, seed, runs, passed, failed, minutes, result }) =>
  `| ${[name, date, commit, seed, runs, passed, failed, minutes.toFixed(1), result].join(' | ')} |`

/** The page with one set's row put in or replaced; rows are in order of their names. */
export const withRun = (page, run) => {
  const rows = new Map([...page.matchAll(ROW)].map(([row, name]) => [name, row]))
  rows.delete('set')
  rows.set(run.name, rowOf(run))
  const sorted = [...rows].sort(([left], [right]) => (left < right ? -1 : 1))
  return `${HEAD}${sorted.map(([, row]) => row).join('\n')}\n`
}
