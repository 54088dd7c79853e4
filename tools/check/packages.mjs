import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root, with a `/` at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** The workspaces, in the order of their imports. */
export const packages = () =>
  readJson(join(ROOT, 'package.json')).workspaces.map((folder) => {
    const manifest = readJson(join(ROOT, folder, 'package.json'))
    return { folder, name: manifest.name, short: folder.split('/').at(-1), manifest, entries: entriesOf(folder, manifest) }
  })

/** What others may import: each path of `exports` that has types, with its declaration and its source. */
const entriesOf = (folder, manifest) =>
  Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === 'object' && 'types' in target)
    .map(([path, { types }]) => ({
      path,
      declaration: join(ROOT, folder, types),
      source: join(ROOT, folder, types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts')),
    }))

/** Entries that are written; a package may name one before its author has come so far. */
export const writtenEntries = ({ entries }) => entries.filter(({ declaration }) => existsSync(declaration))
