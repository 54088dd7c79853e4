import { defer, NEVER, type Observable } from 'rxjs'

import { PipelineError } from '../fault/pipeline-error'
import type { PoolState } from './pool-state'

/**
 * Lets a source begin once in a run. By `retry`, `repeat` or two branches of its own making it would give its samples twice, and
 * counters would be used twice: that ends the whole run with `PipelineRunning`.
 */
export const oncePerRun = <T>(pool: PoolState, source: Observable<T>): Observable<T> =>
  defer(() => {
    const { run } = pool
    if (run === undefined) return source
    if (run.begun.has(source)) {
      run.end(new PipelineError({ type: 'PipelineRunning' }))
      // Not an error: `retry` would begin again at once, and for ever.
      return NEVER
    }
    run.begun.add(source)
    return source
  })
