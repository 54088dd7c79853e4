import type { TransferProgress } from '@custody/adapters/transfer'

import type { Reporter } from './reporter'

const MEBIBYTE = 1024 * 1024
const BAR_WIDTH = 30
/** Shorter transfers show no bar. */
const SHOW_AFTER = 1000
const PERCENT = 100

/** A progress bar for transfers of more than a second; asks the given clock, in milliseconds. */
export const transferProgress = (reporter: Reporter, milliseconds: () => number): ((progress: TransferProgress) => void) => {
  const began = milliseconds()
  return ({ bytes, inputBytes }) => {
    if (milliseconds() - began < SHOW_AFTER) return
    const written = `${(bytes / MEBIBYTE).toFixed(1)} MiB`
    if (inputBytes === undefined || inputBytes === 0) {
      reporter.progress(written)
      return
    }
    const share = Math.min(1, bytes / inputBytes)
    const filled = Math.round(share * BAR_WIDTH)
    reporter.progress(`[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${String(Math.round(share * PERCENT))} %  ${written}`)
  }
}
