import { setTimeout as sleep } from 'node:timers/promises'

const MOST_MILLISECONDS = 30_000
const POLL_MILLISECONDS = 5

/** Waits until something holds; throws after half a minute, so that a test that fails also ends. */
export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const until = Date.now() + MOST_MILLISECONDS; !(await holds()); await sleep(POLL_MILLISECONDS)) {
    if (Date.now() > until) throw new Error(`waited in vain: ${holds}`)
  }
}
