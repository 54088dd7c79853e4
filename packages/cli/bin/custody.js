#!/usr/bin/env node
'use strict'
const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { runBundle } = require('./run-bundle.js')

const built = join(__dirname, '..', 'dist', 'custody.js')
if (!existsSync(built)) {
  process.stderr.write('custody: the command is not built yet; run npm run build\n')
  process.exit(4)
}
// What programs ask in loops needs none of the bundle.
if (process.argv.length === 3 && process.argv[2] === '--version') process.stdout.write(`${require('../package.json').version}\n`)
else runBundle(built)
