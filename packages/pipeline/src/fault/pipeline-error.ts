import type { PipelineFault } from './pipeline-fault'

/** The one error class on the pipeline's Observables. Match on `fault.type`, never on the message. */
export class PipelineError extends Error {
  constructor(readonly fault: PipelineFault) {
    super(fault.type)
    this.name = 'PipelineError'
  }
}
