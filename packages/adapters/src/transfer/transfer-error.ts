import type { CoreFault } from '@custody/core/fault'
import type { PipelineFault } from '@custody/pipeline/fault'

/** Everything that can keep a transfer from going on, apart from a refusal, which is an event. */
export type TransferFault =
  | CoreFault
  | PipelineFault
  /** A system was asked for a scheme that it has not. */
  | { readonly type: 'PairUnknown'; readonly system: string; readonly scheme: string }

/** The one error class on the Observables of this package. Match on `fault.type`, never on the message. */
export class TransferError extends Error {
  constructor(readonly fault: TransferFault) {
    super(fault.type)
    this.name = 'TransferError'
  }
}
