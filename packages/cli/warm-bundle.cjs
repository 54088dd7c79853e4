'use strict'
// Runs the bundled command with the words given, and at its end writes what the engine compiled of it as its code cache.
const { renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { cacheOf, markOf, runBundle } = require('./bin/run-bundle.js')

// A cache that is made under other flags than the command begins with is refused.
require('node:v8').setFlagsFromString = () => undefined

const built = join(__dirname, 'dist', 'custody.js')
const { script, source } = runBundle(built)
process.on('exit', () => {
  const partial = `${cacheOf(built)}.${process.pid}`
  writeFileSync(partial, Buffer.concat([Buffer.from(markOf(source), 'latin1'), script.createCachedData()]))
  renameSync(partial, cacheOf(built))
})
