import type { Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'

/** A stage of a pipeline from batches in one state to batches in another. */
export type Operator<A extends State, B extends State> = (source: Observable<Batch<A>>) => Observable<Batch<B>>

/** A stage that is generic in the state and so cannot change it. */
export type PreservingOperator = <S extends State>(source: Observable<Batch<S>>) => Observable<Batch<S>>

/** The last stage of a pipeline: takes batches, releases them, and reports. */
export type Sink<S extends State, T> = (source: Observable<Batch<S>>) => Observable<T>
