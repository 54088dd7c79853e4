import type { PipelineError } from '../fault/pipeline-error'
import type { Flow } from './flow'

/** A run over a pool, while it lasts. */
export interface PipelineRun {
  readonly flow: Flow
  /** Sources that have begun. */
  readonly begun: Set<object>
  /** Ends the run from wherever a breach is seen: no operator that stands in between can keep it to itself. */
  readonly end: (error: PipelineError) => void
}
