// Bundles the command into one file, so that it starts fast and loads only what it runs.
import { chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const outfile = join(here, 'dist', 'custody.js')

await build({
  entryPoints: [join(here, 'dist', 'src', 'main.js')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // Native code and its loader stay outside, and what only the services load.
  external: ['libsql', 'fastify', 'prom-client'],
  legalComments: 'none',
  logLevel: 'warning',
})
chmodSync(outfile, 0o755)
