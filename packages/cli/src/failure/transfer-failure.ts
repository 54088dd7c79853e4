import type { TransferFault } from '@custody/adapters/transfer'
import type { CoreFault } from '@custody/core/fault'
import type { PipelineFault } from '@custody/pipeline/fault'

import { failure, type CommandFailure } from './command-failure'
import { coreFailure } from './core-failure'
import { EXIT } from './exit-code'
import { pipelineFailure } from './pipeline-failure'

/** Tags of the faults that the pipeline has of its own. */
const PIPELINE_FAULTS: Readonly<Record<PipelineFault['type'], true>> = {
  MalformedMedia: true,
  UnsupportedMedia: true,
  TruncatedMedia: true,
  SampleInfoMissing: true,
  SourceFailed: true,
  SinkFailed: true,
  TargetExists: true,
  PoolTooSmall: true,
  HeldTooMany: true,
  LeaseLost: true,
  ForeignEmission: true,
  OutOfOrder: true,
  BatchShared: true,
  EndedEarly: true,
  Stalled: true,
  SampleTooLarge: true,
  PipelineRunning: true,
  ForeignHandle: true,
  WrongState: true,
  SameKey: true,
  ProtectionFailed: true,
  GrantRefused: true,
  FrameInvalid: true,
  SaltNotRising: true,
  SaltExhausted: true,
  VerificationFailed: true,
}

/** Tells a fault of a transfer to the user. */
export const transferFailure = (fault: TransferFault): CommandFailure => {
  if (fault.type === 'PairUnknown') {
    return failure(EXIT.usage, `${fault.system} has no scheme ${fault.scheme}`)
  }
  return isPipelineFault(fault) ? pipelineFailure(fault) : coreFailure(fault)
}

const isPipelineFault = (fault: CoreFault | PipelineFault): fault is PipelineFault => fault.type in PIPELINE_FAULTS
