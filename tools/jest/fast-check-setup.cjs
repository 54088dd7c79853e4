/**
 * Runs before each test file. Nightly sets state how many runs a property makes (`CUSTODY_RUNS`) and from
 * which seed (`CUSTODY_SEED`), so that a failure can be had again; without them nothing is loaded or changed.
 */
const numberFrom = (name) => {
  const text = process.env[name]
  if (text === undefined || text === '') return undefined
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new Error(`${name} must be a whole number`)
  return number
}

const numRuns = numberFrom('CUSTODY_RUNS')
const seed = numberFrom('CUSTODY_SEED')

if (numRuns !== undefined || seed !== undefined) {
  const { configureGlobal, readConfigureGlobal } = require('fast-check')
  configureGlobal({
    ...readConfigureGlobal(),
    ...(numRuns === undefined ? {} : { numRuns }),
    ...(seed === undefined ? {} : { seed }),
  })
}
