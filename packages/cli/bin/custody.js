#!/usr/bin/env node
'use strict'
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const built = join(__dirname, '..', 'dist', 'custody.js')
if (!existsSync(built)) {
  process.stderr.write('custody: the command is not built yet; run npm run build\n')
  process.exit(4)
}
require(built)
