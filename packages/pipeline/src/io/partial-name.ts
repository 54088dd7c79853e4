import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'

import { codeOf } from './io-fault'

/** Far more than a thread makes; threads count from the beginnings of their own. */
const NAMES_OF_A_THREAD = 1_000_000

let made = threadId * NAMES_OF_A_THREAD

/** A hidden name for bytes that are not whole yet; unique in this process, and among processes by the process id. */
export const nextPartialName = (name: string): string => {
  made += 1
  return `.${name}.custody-${String(process.pid)}-${String(made)}.partial`
}

/**
 * Removes what killed processes left under partial names of `name` in a folder. Never fails: whatever is wrong with the
 * folder shows when it is written to.
 */
export const removeStalePartials = (folder: string, name: string): Promise<void> => removePartials(folder, name, isStale)

/** Partial names of `name` in a folder that killed processes left. Never fails. */
export const stalePartials = (folder: string, name: string): Promise<ReadonlyArray<string>> => partials(folder, name, isStale)

type Chosen = (pid: number, number: number) => boolean

const removePartials = async (folder: string, name: string, chosen: Chosen): Promise<void> => {
  for (const entry of await partials(folder, name, chosen)) {
    await rm(join(folder, entry), { recursive: true, force: true }).catch(() => undefined)
  }
}

/**
 * Removes what a thread of this process that is no more left of a target, a file or a folder; no other may write it now. What
 * processes leave is removed when the target is opened the next time. Never fails.
 */
export const removeUnfinished = (path: string): Promise<void> => {
  const place = resolve(path)
  return removePartials(dirname(place), basename(place), (pid) => pid === process.pid)
}

/** Gives a folder its name back that a killed process had moved aside under a partial name. Never fails. */
export const restoreStalePartial = async (folder: string, aside: string, name: string): Promise<void> => {
  const [entry] = await partials(folder, aside, isStale)
  if (entry !== undefined) await rename(join(folder, entry), join(folder, name)).catch(() => undefined)
}

const SUFFIX = /^(\d{1,10})-(\d{1,10})\.partial$/

const partials = async (folder: string, name: string, chosen: Chosen): Promise<ReadonlyArray<string>> => {
  const start = `.${name}.custody-`
  const entries = await readdir(folder).catch((): string[] => [])
  return entries.filter((entry) => {
    const found = entry.startsWith(start) ? SUFFIX.exec(entry.slice(start.length)) : null
    return found !== null && chosen(Number(found[1]), Number(found[2]))
  })
}

/**
 * A process id that is in use again by another process hides a partial until that one ends too, which costs space and
 * nothing else. In containers our own id is in use again all the time, but numbers that we did not give yet are not ours.
 */
const isStale: Chosen = (pid, number) => (pid === process.pid ? number > made : !isRunning(pid))

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}
