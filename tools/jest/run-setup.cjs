const { randomBytes } = require('node:crypto')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

/**
 * Names a folder for what a whole run shares between its workers, and who owns it. Nothing is made or started here: the
 * test that needs a server first does that (test/postgres/shared-postgres.ts).
 */
module.exports = async () => {
  process.env.CUSTODY_RUN_OWNER = String(process.pid)
  process.env.CUSTODY_RUN_FOLDER = join(tmpdir(), `custody-run-${randomBytes(8).toString('hex')}`)
}
