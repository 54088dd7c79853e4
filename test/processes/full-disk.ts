import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { COMMAND, environmentOf, outcomeOf, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import type { Place } from '../command/temporary-place'

/** Whether this system lets a test mount a disk of its own. */
export const mountsDisks = (): boolean =>
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /tmp']).status === 0

const replaceContent = (folder: string, content: string): void => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
  cpSync(content, folder, { recursive: true, preserveTimestamps: true })
}

/** $FULL becomes a disk of its own with what lay there and so much room more; afterwards what lies on it goes to $ASIDE. */
const ON_A_DISK = `
  cp -a "$FULL/." "$ASIDE" || exit 77
  mount -t tmpfs -o size=$(( $(du -sk "$ASIDE" | cut -f1) + ROOM ))k tmpfs "$FULL" && cp -a "$ASIDE/." "$FULL" || exit 77
  "$@"; code=$?
  find "$ASIDE" -mindepth 1 -delete && cp -a "$FULL/." "$ASIDE" || exit 78
  exit $code
`

const NO_FILE_BEYOND = 'ulimit -f $(( ROOM * 2 )); exec "$@"'

/**
 * Runs a command whose folder is on a disk that fills up; where no disk can be mounted, no file grows beyond the room.
 *
 * @param folder must exist. @param room in KiB: what is free on the disk.
 */
export const onFullDisk = async (
  place: Place,
  { folder, room, mounted }: { readonly folder: string; readonly room: number; readonly mounted: boolean },
  words: ReadonlyArray<string>
): Promise<Outcome> => {
  const aside = place.at(`aside-${process.hrtime.bigint()}`)
  mkdirSync(aside)
  const env = { ...environmentOf(place), FULL: folder, ASIDE: aside, ROOM: String(room) }
  const command = [process.execPath, COMMAND, ...words]
  try {
    if (!mounted) return outcomeOf(await runProgram('sh', ['-c', NO_FILE_BEYOND, 'sh', ...command], { env, cwd: place.root }))
    const ended = await runProgram('unshare', ['-rm', 'sh', '-c', ON_A_DISK, 'sh', ...command], { env, cwd: place.root })
    if (ended.exit === 77 || ended.exit === 78) throw new Error(`no disk of its own: ${ended.stderr}`)
    replaceContent(folder, aside)
    return outcomeOf(ended)
  } finally {
    if (existsSync(aside)) rmSync(aside, { recursive: true })
  }
}
