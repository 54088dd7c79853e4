/**
 * Says for each rule of the reference which tests cite it and how they ended.
 *
 * usage: node tools/rules.mjs [--group BR] [--untested] [--results FILE] [RULES.md …]
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { reportRules } from './rules/rule-report.mjs'
import { readRules } from './rules/rule-tables.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const PAGES = ['docs/reference/domain.md', 'docs/reference/robustness.md'].map((page) => `${root}${page}`)
const RESULTS = `${root}reports/jest-results.json`
const MARKS = { passed: '+', failed: '!', pending: '-', skipped: '-', todo: '-' }

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    group: { type: 'string' },
    untested: { type: 'boolean', default: false },
    results: { type: 'string', default: RESULTS },
  },
})

const printRule = ({ id, status, text, tests, verdict }) => {
  console.log(`${id.padEnd(6)} ${status.slice(0, 12).padEnd(4)} ${verdict.padEnd(8)} ${text.slice(0, 90)}`)
  for (const test of tests) console.log(`         ${MARKS[test.status] ?? '?'} ${test.name}`)
}

const printCounts = (groups) => {
  console.log('\ngroup  rules  with a passing test  failing  only skipped  no test')
  const line = ({ group, rules, passing, failing, skipped, untested }) =>
    `${group.padEnd(5)} ${String(rules).padStart(6)} ${String(passing).padStart(20)} ` +
    `${String(failing).padStart(8)} ${String(skipped).padStart(13)} ${String(untested).padStart(8)}`
  const total = { group: 'all', rules: 0, passing: 0, failing: 0, skipped: 0, untested: 0 }
  for (const count of groups) {
    console.log(line(count))
    for (const key of ['rules', 'passing', 'failing', 'skipped', 'untested']) total[key] += count[key]
  }
  console.log(line(total))
}

const main = () => {
  if (!existsSync(options.results)) {
    console.error('There are no test results yet: run `npm test` first.')
    return 1
  }
  const pages = positionals.length > 0 ? positionals : PAGES
  const rules = readRules(pages.map((page) => readFileSync(page, 'utf8')).join('\n'))
  const results = JSON.parse(readFileSync(options.results, 'utf8'))
  const report = reportRules(rules, results)
  const wanted = report.rules
    .filter(({ group }) => options.group === undefined || group === options.group)
    .filter(({ tests }) => !options.untested || tests.length === 0)
  for (const rule of wanted) printRule(rule)
  printCounts(report.groups)
  for (const { id, name } of report.unknown) console.log(`cites ${id}, which is no rule: ${name}`)
  console.log(`\nfrom the test run of ${results.finishedAt}`)
  return report.unknown.length === 0 ? 0 : 1
}

process.exitCode = main()
