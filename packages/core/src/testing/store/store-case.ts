import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, type Observable } from 'rxjs'
import { toArray } from 'rxjs/operators'

import type { NewEvent, StreamAppend } from '../../store/event-store'
import type { StorePlace } from './store-place'

/** One promise of the port as data: needs no test runner, and fails by throwing. */
export interface StoreCase {
  /** Permanent. */
  readonly id: string
  readonly promise: string
  readonly run: (place: StorePlace) => Promise<void>
}

/** The value of a task that must succeed. */
export const succeeds = async <F, A>(task: TaskEither<F, A>): Promise<A> => {
  const result = await task()
  if (E.isRight(result)) return result.right
  throw new Error(`expected success, found ${JSON.stringify(result.left)}`)
}

/** The fault of a task that must fail. */
export const fails = async <F, A>(task: TaskEither<F, A>): Promise<F> => {
  const result = await task()
  if (E.isLeft(result)) return result.left
  throw new Error('expected a fault, found success')
}

/** All items of a stream that must complete. */
export const all = <A>(items$: Observable<A>): Promise<ReadonlyArray<A>> => lastValueFrom(items$.pipe(toArray()))

/** An event of the kit's own kind. */
export const noted = (note: unknown): NewEvent => ({ type: 'Noted', schemaVersion: 1, data: { note } })

/** Events for a stream that must be at a revision. */
export const onto = (
  stream: string,
  expectedRevision: number | 'any',
  ...notes: ReadonlyArray<unknown>
): StreamAppend => ({ stream, expectedRevision, events: notes.map(noted) })

/** The whole numbers from 1. */
export const numbers = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, index) => index + 1)
