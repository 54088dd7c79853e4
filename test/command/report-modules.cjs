// Loaded before the command (node --require): reports each module that is asked for on standard error.
const { writeSync } = require('node:fs')
const loader = require('node:module')

const STANDARD_ERROR = 2
const load = loader._load

loader._load = (name, ...rest) => {
  writeSync(STANDARD_ERROR, `loaded: ${name}\n`)
  return load(name, ...rest)
}
