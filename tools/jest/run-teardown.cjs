const { existsSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')

const POLL_MILLISECONDS = 20
const MOST_MILLISECONDS = 15_000

/** Ends the server of this run, if a test has started one, and waits until it and its folder are gone. */
module.exports = async () => {
  const folder = process.env.CUSTODY_RUN_FOLDER
  if (!existsSync(join(folder, 'pid'))) return
  process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGTERM')
  for (const until = Date.now() + MOST_MILLISECONDS; Date.now() < until && existsSync(folder); ) await sleep(POLL_MILLISECONDS)
}
