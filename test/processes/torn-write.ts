import { readdirSync, statSync, truncateSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Where what is not whole yet lies: sets that are being written, and packages on their way. */
const UNFINISHED = /(^|\/)(set-[^/]*\.partial|downloads)\//

/**
 * Cuts bytes off the newest file that a killed run was still writing, as a disk does that lost its last write.
 *
 * @param random a number from 0 to 1. @returns the file, or nothing where none was being written.
 */
export const tearLastWrite = (folder: string, random: number): string | undefined => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => UNFINISHED.test(name.split(sep).join('/')))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
  const [newest] = files.sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs)
  if (newest === undefined) return undefined
  truncateSync(newest, Math.floor(statSync(newest).size * random))
  return newest
}
