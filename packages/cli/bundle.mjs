// Bundles the command into one file, so that it starts fast and loads only what it runs. It starts from the sources: as
// modules, libraries too come along only with what is used of them, and loading all of fp-ts takes longer than a short command.
import { chmodSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const outfile = join(here, 'dist', 'custody.js')

/** Entries of our packages lead to the sources of what they export. */
const ownSources = {
  name: 'own-sources',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@custody\// }, ({ path }) => {
      const [, name, ...entry] = path.split('/')
      const folder = join(here, '..', name)
      const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const built = exports[`./${entry.join('/')}`].default
      return { path: join(folder, built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')) }
    })
  },
}

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
