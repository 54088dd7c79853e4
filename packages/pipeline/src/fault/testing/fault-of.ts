import { lastValueFrom, toArray, type Observable } from 'rxjs'

import { PipelineError } from '../pipeline-error'
import type { PipelineFault } from '../pipeline-fault'

/** The fault that a stream ends with; anything else is a failure of the test. */
export const faultOf = async (stream: Observable<unknown>): Promise<PipelineFault> => {
  try {
    const values = await lastValueFrom(stream.pipe(toArray()))
    throw new Error(`expected a fault, found ${values.length} values`)
  } catch (error) {
    if (error instanceof PipelineError) return error.fault
    throw error
  }
}

/** The fault that a call throws. */
export const faultThrown = (call: () => unknown): PipelineFault => {
  try {
    call()
  } catch (error) {
    if (error instanceof PipelineError) return error.fault
    throw error
  }
  throw new Error('expected a fault')
}
