/** Keeps a program on one processor, so that what is compared has the same caches and nothing moves while it runs. */
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

const LAST = String(availableParallelism() - 1)

const canPin = spawnSync('taskset', ['-c', LAST, process.execPath, '--version'], { stdio: 'ignore' }).status === 0

/** How programs were placed, in words. */
export const placed = canPin ? 'pinned to one processor with `taskset`' : 'left to the system to place'

/** The same program on the last processor, where the system can do that. */
export const pinned = ({ command, args, env }) =>
  canPin ? { command: 'taskset', args: ['-c', LAST, command, ...args], env } : { command, args, env }
