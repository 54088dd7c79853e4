import { newEvent } from '@custody/core/event'

import { PipelineError } from '@custody/pipeline/fault'
import { record, type ProcessContext } from './run-process'
import { TransferCancelled, TransferFailed, transferStream } from './transfer-event'
import { TransferError } from './transfer-error'

/** What a transfer does once it is authorised, and how it undoes what it wrote. */
export interface GuardedTransfer {
  readonly useId: string
  /** Answers false when it was cancelled on the way. */
  readonly run: () => Promise<boolean>
  /** Removes what was written. Never fails. */
  readonly abort: () => Promise<unknown>
}

/** Runs an authorised transfer: however it ends, the end is in the log, and a part is never left behind. */
export const guardTransfer = async (context: ProcessContext, { useId, run, abort }: GuardedTransfer): Promise<void> => {
  const stream = transferStream(useId)
  try {
    if (await run()) return
    await abort()
    await record(context, stream, newEvent(TransferCancelled, { useId }))
  } catch (error) {
    await abort()
    if (error instanceof TransferError || error instanceof PipelineError) {
      await record(context, stream, newEvent(TransferFailed, { useId, fault: error.fault.type })).catch(() => undefined)
    }
    throw error
  }
}
