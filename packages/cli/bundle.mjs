// Bundles the command into one file, so that it starts fast and loads only what it runs. It starts from the sources: as
// modules, libraries too come along only with what is used of them, and loading all of fp-ts takes longer than a short command.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

import { ownSources } from './own-sources.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const outfile = join(here, 'dist', 'custody.js')

await build({
  entryPoints: [join(here, 'src', 'main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  mainFields: ['module', 'main'],
  plugins: [ownSources],
  // Native code and its loader stay outside, and what only the services load.
  external: ['libsql', 'fastify', 'prom-client'],
  legalComments: 'none',
  logLevel: 'warning',
})
chmodSync(outfile, 0o755)
finish()
warm()

/** Comments are all that is not ASCII: the command reads its bundle a byte a character. At the end stands what it is known by. */
function finish() {
  const text = readFileSync(outfile, 'utf8').replace(/[^\0-\x7f]/g, '?')
  writeFileSync(outfile, `${text}// ${createHash('sha256').update(text).digest('hex')}\n`)
}

/**
 * Runs usual commands once, so that their code lies compiled beside the bundle (ADR 14). Without it the command runs as well,
 * and starts more slowly.
 */
function warm() {
  const place = mkdtempSync(join(tmpdir(), 'custody-warm-'))
  const env = { ...process.env, CUSTODY_HOME: join(place, 'home'), CUSTODY_MACHINE: join(place, 'machine') }
  const media = join(place, 'sample.asf')
  const commands = [
    ['protect', join(here, 'sample', 'sample.asf'), '-o', media],
    ['inspect', media],
    ['export', media, '-o', join(place, 'out'), '--to', 'clear-key'],
    ['licenses'],
    ['individualize', '--yes'],
    ['backup', '-o', join(place, 'backup')],
  ]
  try {
    for (const words of commands) {
      spawnSync(process.execPath, [join(here, 'warm-bundle.cjs'), '--quiet', ...words], { env, stdio: 'ignore' })
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
