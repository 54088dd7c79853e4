import type { StoreFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, outside } = EXIT

/** Faults of the event store. */
export const STORE_LINES: FaultLines<StoreFault> = {
  StoreLocked: ({ place }) => failure(outside, `${place} is locked by another process; run the command again`),
  StoreUnavailable: ({ place, code }) => failure(outside, `cannot use the log at ${place}: ${code}`),
  DiskFull: ({ place }) => failure(outside, `no space left for the log at ${place}`),
  RevisionConflict: ({ stream }) => failure(outside, `another process changed ${stream} at the same moment; run the command again`),
  ModelConflict: ({ model, key }) =>
    failure(outside, `another process changed ${model} ${key} at the same moment; run the command again`),
  LogTruncated: ({ have, anchored }) =>
    failure(badInput, `the log was cut off or rolled back: it ends at record ${have}, an anchor vouches for ${anchored}`),
  ModelBroken: ({ model, key, id, position }) =>
    failure(badInput, `the read model ${model} differs from the log at ${key} ${id}, record ${position}`),
  StateBroken: ({ table, key }) => failure(badInput, `the table ${table} was changed at ${key}: its check does not fit`),
  LogNewerVersion: ({ place, found, known }) =>
    failure(badInput, `the log at ${place} was written by a newer custody (${found}, this one knows ${known})`),
  LogBroken: ({ position, expected, found }) =>
    failure(badInput, `the log is broken at record ${position}: expected ${expected}, found ${found}`),
  EventUnreadable: ({ position, eventType, why }) =>
    failure(badInput, `record ${position} of the log (${eventType}) cannot be read: ${why}`),
}
