import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Where Linux lists what this program has open. */
const HANDLES = '/proc/self/fd'

/** Files below a folder that this program has open, where the system lists them. */
export const openFiles = (folder: string): ReadonlyArray<string> => {
  if (process.platform !== 'linux') return []
  return readdirSync(HANDLES).flatMap((name) => {
    try {
      const file = readlinkSync(join(HANDLES, name))
      return file.startsWith(folder) ? [file] : []
    } catch {
      // The handle that lists the folder is closed by now.
      return []
    }
  })
}
