import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

import type { CanaryHit, CanaryIndex } from './canary-index'
import { searchBlocks } from './search-blocks'

const BLOCK = 1024 * 1024

/**
 * Looks for secret bytes in a file, or in all files of a folder and of those in it, and in their names: media, databases with
 * their journals, temporary files.
 */
export const searchFiles = (index: CanaryIndex, path: string): ReadonlyArray<CanaryHit> => {
  if (!statSync(path).isDirectory()) return searchFile(index, path)
  return readdirSync(path, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const whole = join(entry.parentPath, entry.name)
    const named = index.findIn(new TextEncoder().encode(entry.name), `the name of ${whole}`)
    return entry.isFile() ? [...named, ...searchFile(index, whole)] : named
  })
}

const searchFile = (index: CanaryIndex, path: string): ReadonlyArray<CanaryHit> => {
  const file = openSync(path, 'r')
  try {
    return searchBlocks(index, path, BLOCK, (into, at) => readSync(file, into, 0, into.length, at))
  } finally {
    closeSync(file)
  }
}
