import { concatMap, map, type Observable } from 'rxjs'

import type { Batch } from '../../batch/batch'
import type { State } from '../../batch/state'
import type { Operator } from '../../lease/operator'
import { eachBatch, eachBatchAsync, stage } from '../../lease/stage'
import { restoreTimes } from '../../operators/restore-times'
import { selectStreams } from '../../operators/select-streams'
import type { PlanStep } from './pipeline-plan'

/** An operator as pipelines of any state have it. */
export type AnyOperator = (source: Observable<Batch<State>>) => Observable<Batch<State>>

/** The operator of a step. */
export const operatorOf = (step: PlanStep): AnyOperator => {
  switch (step.type) {
    case 'SelectStreams':
      return selectStreams(new Set(step.streams)) as AnyOperator
    case 'RestoreTimes':
      return restoreTimes as AnyOperator
    case 'EachBatch':
      return eachBatch<State>('each-batch', (batch) => batch)
    case 'EachBatchLater':
      return eachBatchAsync<State>('each-batch-later', async (batch) => {
        await new Promise(setImmediate)
        return batch
      })
    case 'HoldTwo':
      return holdTwo()
    default:
      throw new RangeError(`no step is named ${step.type}`)
  }
}

/** Keeps a batch back until the next one comes, as an operator with look-ahead does. */
const holdTwo = (): Operator<State, State> =>
  stage<State, State>('hold-two', { holds: 2 }, (source) => {
    return lookingAhead(source)
  })

const lookingAhead = (source: Observable<Batch<State>>): Observable<Batch<State>> => {
  const END = Symbol('end')
  let kept: Batch<State> | undefined
  return endedWith(source, END).pipe(
    map((batch) => {
      const before = kept
      kept = batch === END ? undefined : (batch as Batch<State>)
      return before
    }),
    concatMap((batch) => (batch === undefined ? [] : [batch]))
  )
}
