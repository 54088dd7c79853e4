import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '../..')
const LIMIT = 180_000

/** A clone installs every package, which takes a registry and half a minute: CI asks for it by requiring everything. */
const inFull = process.env['CUSTODY_REQUIRE'] === 'all' ? it : it.skip

describe('a fresh clone', () => {
  inFull(
    'installs, builds and finds its own command (skipped: installs every package, set CUSTODY_REQUIRE=all)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'custody-clone-'))
      try {
        const run = (file: string, ...words: ReadonlyArray<string>): string =>
          execFileSync(file, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
        execFileSync('git', ['clone', '--quiet', '--no-local', ROOT, folder], { stdio: 'ignore' })
        run('npm', 'ci', '--no-audit', '--no-fund')
        run('npm', 'run', '--silent', 'build')
        expect(run('npx', '--no-install', 'custody', '--version').trim()).toMatch(/^\d+\.\d+\.\d+$/)
        expect(run('git', 'status', '--porcelain')).toBe('')
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    LIMIT
  )
})
