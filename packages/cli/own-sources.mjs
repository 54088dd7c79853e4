import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Entries of our packages lead to the sources of what they export. */
export const ownSources = {
  name: 'own-sources',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@custody\// }, ({ path }) => {
      const [, name, ...entry] = path.split('/')
      const folder = join(PACKAGES, name)
      const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const built = exports[`./${entry.join('/')}`].default
      return { path: join(folder, built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')) }
    })
  },
}
