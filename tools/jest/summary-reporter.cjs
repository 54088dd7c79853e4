const { mkdirSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const SKIPPED = new Set(['pending', 'skipped', 'disabled', 'todo'])
/** Where `whenInstalled` puts the reason: in brackets, at the end of a name. */
const REASON = /\(([^()]*\b(?:is not|does not)\b[^()]*(?:\([^()]*\))?)\)/

/** A run of everything; a run of some files must not overwrite what it did not run. */
const isWhole = (config) =>
  (config.testPathPatterns?.patterns ?? []).length === 0 &&
  (config.testNamePattern ?? '') === '' &&
  !config.onlyChanged &&
  !config.onlyFailures &&
  (config.findRelatedTests ?? false) === false &&
  config.shard === undefined

const testsOf = (rootDir, results) =>
  results.testResults.flatMap((file) =>
    file.testResults.map((test) => ({
      name: test.fullName,
      status: test.status,
      file: file.testFilePath.slice(rootDir.length + 1),
    }))
  )

/** Files that could not be run have no tests to count, so each counts as one failure. */
const brokenFiles = (results) => results.testResults.filter((file) => file.testExecError && file.testResults.length === 0)

const writeResults = (rootDir, record) => {
  const folder = join(rootDir, 'reports')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'jest-results.json')
  writeFileSync(`${path}.part`, `${JSON.stringify(record, null, 1)}\n`)
  renameSync(`${path}.part`, path)
}

/** Lists what was skipped and why, keeps the results for `npm run rules`, and ends with one line of counts. */
module.exports = class SummaryReporter {
  constructor(globalConfig) {
    this.globalConfig = globalConfig
  }

  onRunComplete(_contexts, results) {
    const { rootDir } = this.globalConfig
    const tests = testsOf(rootDir, results)
    const skipped = tests.filter(({ status }) => SKIPPED.has(status))
    const broken = brokenFiles(results)
    const passed = tests.filter(({ status }) => status === 'passed').length
    const failed = tests.filter(({ status }) => status === 'failed').length + broken.length
    if (isWhole(this.globalConfig)) {
      const files = broken.map((file) => file.testFilePath.slice(rootDir.length + 1))
      writeResults(rootDir, { finishedAt: new Date().toISOString(), tests, brokenFiles: files })
    }
    const lines = []
    if (skipped.length > 0) lines.push('', 'Skipped:')
    for (const { name, file } of skipped) {
      lines.push(`  ${file}: ${name}${REASON.test(name) ? '' : ' (no reason given)'}`)
    }
    for (const file of broken) lines.push(`  could not be run: ${file.testFilePath.slice(rootDir.length + 1)}`)
    lines.push('', `${passed} passed, ${failed} failed, ${skipped.length} skipped`, '')
    // Jest prints its own summary after the last reporter; the counts are to stand under it.
    process.once('exit', () => process.stdout.write(lines.join('\n')))
  }
}
