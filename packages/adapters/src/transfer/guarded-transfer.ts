import { newEvent } from '@custody/core/event'
import { returnUse } from '@custody/core/vault'
import type { ProcessContext } from '@custody/core/process'
import { PipelineError } from '@custody/pipeline/fault'

import { record, step } from './run-process'
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

/** What the log calls an error that no fault stands for: one of our own, or an adapter's. */
const DEFECT = 'Defect'

/**
 * Runs an authorised transfer: however it ends, the end is in the log, a part is never left behind, and a use whose key was
 * not released goes back.
 */
export const guardTransfer = async (context: ProcessContext, { useId, run, abort }: GuardedTransfer): Promise<void> => {
  const stream = transferStream(useId)
  try {
    if (await run()) return
    await abort()
    await step(returnUse(context.home, useId, 'cancelled'))
    await record(context, stream, newEvent(TransferCancelled, { useId }))
  } catch (error) {
    await abort()
    await returnUse(context.home, useId, 'cancelled')()
    const fault = error instanceof TransferError || error instanceof PipelineError ? error.fault.type : DEFECT
    await record(context, stream, newEvent(TransferFailed, { useId, fault })).catch(() => undefined)
    throw error
  }
}
