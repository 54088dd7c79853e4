import type { Reporter } from './reporter'

const BAR_WIDTH = 30
const PERCENT = 100
/** Milliseconds; what is over sooner shows no bar. */
const SHOW_AFTER = 1000

/** A bar for a share between 0 and 1, with words behind it. */
export const barLine = (share: number, words: string): string => {
  const within = Math.min(1, Math.max(0, share))
  const filled = Math.round(within * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${String(Math.round(within * PERCENT))} %  ${words}`
}

/** Shows how far something has come, once it has taken more than a second; asks the given clock, in milliseconds. */
export const progressBar = (reporter: Reporter, milliseconds: () => number): ((done: number, all: number, words: string) => void) => {
  const began = milliseconds()
  return (done, all, words) => {
    if (milliseconds() - began < SHOW_AFTER) return
    reporter.progress(all === 0 ? words : barLine(done / all, words))
  }
}
