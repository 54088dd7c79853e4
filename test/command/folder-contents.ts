import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a folder, by its path in it, with its bytes. */
export const filesBelow = (folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name))])
  )

/** What stands in a folder, by name, hidden files too; nothing for a folder that is not there. */
export const namesIn = (folder: string): ReadonlyArray<string> => {
  const found = statSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true ? readdirSync(folder).sort() : []
}
