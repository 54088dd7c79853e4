import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'

import { ROOT } from './packages.mjs'

/** Each entry that a package.json names is written, and each index.ts is one that a package.json names. */
export const strayEntries = (packages, paths) => {
  const named = new Set(packages.flatMap(({ entries }) => entries.map(({ source }) => relative(ROOT, source))))
  const indexes = paths.filter((path) => /^packages\/[^/]+\/src\/(?:.+\/)?index\.ts$/.test(path))
  return [
    ...[...named].filter((path) => !existsSync(join(ROOT, path))).map((path) => `${path} is exported but not written`),
    ...indexes.filter((path) => !named.has(path)).map((path) => `${path} is in no exports: name it or remove it`),
  ]
}
