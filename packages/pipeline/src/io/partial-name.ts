import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { codeOf } from './io-fault'

let made = 0

/** A hidden name for bytes that are not whole yet; unique in this process, and among processes by the process id. */
export const nextPartialName = (name: string): string => {
  made += 1
  return `.${name}.custody-${String(process.pid)}-${String(made)}.partial`
}

/**
 * Removes what killed processes left under partial names of `name` in a folder. Never fails: whatever is wrong with the
 * folder shows when it is written to.
 */
export const removeStalePartials = async (folder: string, name: string): Promise<void> => {
  for (const entry of await stalePartials(folder, name)) {
    await rm(join(folder, entry), { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Gives a folder its name back that a killed process had moved aside under a partial name. Never fails. */
export const restoreStalePartial = async (folder: string, aside: string, name: string): Promise<void> => {
  const [entry] = await stalePartials(folder, aside)
  if (entry !== undefined) await rename(join(folder, entry), join(folder, name)).catch(() => undefined)
}

const stalePartials = async (folder: string, name: string): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(folder).catch((): string[] => [])
  return entries.filter((entry) => isStale(entry, name))
}

const SUFFIX = /^(\d{1,10})-(\d{1,10})\.partial$/

/**
 * A process id that is in use again by another process hides a partial until that one ends too, which costs space and
 * nothing else. In containers our own id is in use again all the time, but numbers that we did not give yet are not ours.
 */
const isStale = (entry: string, name: string): boolean => {
  const start = `.${name}.custody-`
  if (!entry.startsWith(start)) return false
  const found = SUFFIX.exec(entry.slice(start.length))
  if (found === null) return false
  const [pid, number] = [Number(found[1]), Number(found[2])]
  return pid === process.pid ? number > made : !isRunning(pid)
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}
