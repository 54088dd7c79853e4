import type { TransferProgress } from '@custody/adapters/transfer'

import { progressBar } from './progress-bar'
import type { Reporter } from './reporter'

const MEBIBYTE = 1024 * 1024

/** A progress bar for transfers of more than a second; asks the given clock, in milliseconds. */
export const transferProgress = (reporter: Reporter, milliseconds: () => number): ((progress: TransferProgress) => void) => {
  const show = progressBar(reporter, milliseconds)
  return ({ bytes, inputBytes }) => {
    show(bytes, inputBytes ?? 0, `${(bytes / MEBIBYTE).toFixed(1)} MiB`)
  }
}
