import { statSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT } from './packages.mjs'

/** Bytes. Larger fixtures are made by a test when it runs. */
const LIMIT = 300_000

/** Files that a clone should not have to carry. */
export const largeFiles = (paths, limit = LIMIT) =>
  paths
    .map((path) => ({ path, size: statSync(join(ROOT, path)).size }))
    .filter(({ size }) => size >= limit)
    .map(({ path, size }) => `${path} has ${size} bytes; the limit is ${limit}`)
