import { concat, concatMap, defer, type Observable } from 'rxjs'

import type { Batch } from '../../batch/batch'
import type { State } from '../../batch/state'
import type { Operator } from '../../lease/operator'
import { eachBatch, eachBatchAsync, stage } from '../../lease/stage'
import { meter } from '../../operators/meter'
import { progress } from '../../operators/progress'
import { restoreTimes } from '../../operators/restore-times'
import { selectStreams } from '../../operators/select-streams'
import { verify } from '../../operators/verify'
import type { PlanStep } from './pipeline-plan'

/** An operator as pipelines of any state have it. */
export type AnyOperator = (source: Observable<Batch<State>>) => Observable<Batch<State>>

/** The operator of a step. */
export const operatorOf = (step: PlanStep): AnyOperator => {
  switch (step.type) {
    case 'SelectStreams':
      return selectStreams(new Set(step.streams))
    case 'RestoreTimes':
      return restoreTimes
    case 'EachBatch':
      return eachBatch<State>('each-batch', (batch) => batch)
    case 'EachBatchLater':
      return eachBatchAsync<State>('each-batch-later', async (batch) => {
        await new Promise(setImmediate)
        return batch
      })
    case 'HoldTwo':
      return holdTwo()
    case 'Meter':
      return meter({ onFigures: () => undefined })
    case 'Progress':
      return progress({ total: {}, onProgress: () => undefined })
    case 'Verify':
      return verify()
  }
}

/** Keeps a batch back until the next one comes, as an operator with look-ahead does. */
const holdTwo = (): Operator<State, State> =>
  stage<State, State>('hold-two', { holds: 2 }, (source) =>
    defer(() => {
      let kept: Batch<State> | undefined
      const passOn = (next: Batch<State> | undefined): ReadonlyArray<Batch<State>> => {
        const before = kept
        kept = next
        return before === undefined ? [] : [before]
      }
      return concat(source.pipe(concatMap(passOn)), defer(() => passOn(undefined)))
    })
  )
