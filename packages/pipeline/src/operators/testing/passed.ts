import { lastValueFrom, toArray } from 'rxjs'

import type { Content } from '../../batch/state'
import { readingSink, type ReadRow } from '../../batch/testing/read-batch'
import { sampleSource, type GivenSample, type SourceOptions } from '../../batch/testing/sample-source'
import type { PreservingOperator } from '../../lease/operator'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'

/** What comes out behind an operator that preserves, and that it gave every lease back (P7). */
export const passed = async (
  operator: PreservingOperator,
  samples: ReadonlyArray<GivenSample>,
  { batchBytes = 64, ...options }: Partial<SourceOptions> & { readonly batchBytes?: number } = {}
): Promise<ReadonlyArray<ReadRow>> => {
  const pool = createPool({ batchBytes })
  const source = sampleSource<Content>(pool, samples, { state: 'content', ...options })
  try {
    return (await lastValueFrom(runPipeline(pool, source, operator, readingSink()).pipe(toArray()))).flat()
  } finally {
    expect(poolStatus(pool).out).toBe(0)
  }
}

/** The operator that does nothing. */
export const untouched: PreservingOperator = (source) => source
