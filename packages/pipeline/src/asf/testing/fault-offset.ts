import type { PipelineFault } from '../../fault/pipeline-fault'

/** Whether a fault says at which byte of the file something is wrong. */
export const isPipelineFaultWithOffset = (fault: PipelineFault): boolean => 'at' in fault && typeof fault.at === 'number'
