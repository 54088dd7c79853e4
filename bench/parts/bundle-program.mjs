import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

import { ownSources } from '../../packages/cli/own-sources.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))

/**
 * Bundles a program of this folder into one file, from the sources, so that only what it uses comes along: the modules of
 * a large library would take longer to load than a short file takes to read. Answers the path.
 */
export const bundleProgram = async (name, folder) => {
  const outfile = join(folder, `${name}.js`)
  const shape = { bundle: true, platform: 'node', target: 'node20.19', format: 'cjs', mainFields: ['module', 'main'] }
  const outside = { plugins: [ownSources], external: ['libsql'] }
  await build({ entryPoints: [join(HERE, `${name}.mjs`)], outfile, logLevel: 'warning', ...shape, ...outside })
  return outfile
}
