'use strict'
/**
 * Runs a bundled program as the command runs its own: with what the engine compiled of it before, where that lies beside it.
 *
 * usage: node run-warm.cjs PROGRAM.js WORDS...
 *        KEEP_COMPILED=1 node run-warm.cjs PROGRAM.js WORDS...    writes it at the end
 */
const { writeFileSync } = require('node:fs')
const { setFlagsFromString } = require('node:v8')

const { cacheOf, markOf, runBundle } = require('../../packages/cli/bin/run-bundle.js')

process.argv.splice(1, 1)
const [, program] = process.argv
const { script, source } = runBundle(program)
if (process.env.KEEP_COMPILED === '1') {
  process.on('exit', () => {
    // The engine takes compiled code only under the flags it was made under: back to what they are at the start.
    setFlagsFromString('--semi-space-growth-factor=2')
    writeFileSync(cacheOf(program), Buffer.concat([Buffer.from(markOf(source), 'latin1'), script.createCachedData()]))
  })
}
