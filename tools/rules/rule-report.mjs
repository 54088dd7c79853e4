import { citedRules } from './citations.mjs'

/** `P-256` names a curve and `R64` a register: numbers without a rule in these two groups cite nothing. */
const MAY_BE_A_NAME = /^(P-|R)\d+$/

const verdictOf = (tests) => {
  if (tests.length === 0) return 'no test'
  if (tests.some(({ status }) => status === 'failed')) return 'failing'
  return tests.some(({ status }) => status === 'passed') ? 'passing' : 'skipped'
}

/**
 * Joins rules and test results.
 *
 * @param rules as `readRules` gives them.
 * @param results `{ tests: [{ name, status }] }` with Jest's words for the status.
 */
export const reportRules = (rules, results) => {
  const byId = new Map(rules.map((rule) => [rule.id, { ...rule, tests: [] }]))
  const unknown = []
  for (const test of results.tests) {
    for (const id of citedRules(test.name)) {
      const rule = byId.get(id)
      if (rule !== undefined) rule.tests.push(test)
      else if (!MAY_BE_A_NAME.test(id)) unknown.push({ id, name: test.name })
    }
  }
  const judged = [...byId.values()].map((rule) => ({ ...rule, verdict: verdictOf(rule.tests) }))
  return { rules: judged, groups: countByGroup(judged), unknown }
}

const countByGroup = (rules) => {
  const groups = new Map()
  for (const { group, tests, verdict } of rules) {
    const count = groups.get(group) ?? { group, rules: 0, passing: 0, failing: 0, skipped: 0, untested: 0 }
    count.rules += 1
    // A rule with one failing and one passing test has a passing test and is failing all the same.
    if (tests.some(({ status }) => status === 'passed')) count.passing += 1
    if (verdict === 'failing') count.failing += 1
    if (verdict === 'skipped') count.skipped += 1
    if (verdict === 'no test') count.untested += 1
    groups.set(group, count)
  }
  return [...groups.values()]
}
