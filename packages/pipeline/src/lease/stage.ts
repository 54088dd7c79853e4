import { concatMap, concatWith, defer, EMPTY, finalize, map, throwError, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch } from '../batch/batch-inside'
import type { State } from '../batch/state'
import { PipelineError } from '../fault/pipeline-error'
import { defences } from './defences'
import { keepBook, type Bookkeeping } from './keep-book'
import type { Operator } from './operator'
import { liveLeases, type StageBook } from './stage-book'

/** What a stage says of itself when it is declared. */
export interface StageDeclaration {
  readonly name: string
  /** The most batches that it holds at one time. */
  readonly holds: Holds
}

/** For stages that work later than they are asked: whatever is under way may stand before them. */
export const WHOLE_POOL = 'whole-pool'

/** A number of batches, or all that the pool has. */
export type Holds = number | typeof WHOLE_POOL

const declarations = new WeakMap<object, StageDeclaration>()

/** What an operator declared when it was made with {@link stage}; undefined for any other function. */
export const declarationOf = (operator: object): StageDeclaration | undefined => declarations.get(operator)

/**
 * Makes a stage of an operator on batches and keeps its accounts.
 *
 * The operator may emit only batches that entered it, each once and in their order, and must give on or release every one before it
 * completes.
 *
 * @errors `HeldTooMany` as soon as it holds more than it declared; `ForeignEmission` for a batch that did not enter;
 * `OutOfOrder` for one that entered before another that has left; `LeaseLost` instead of completion when batches are left inside.
 */
export const stage = <A extends State, B extends State>(
  name: string,
  { holds }: { readonly holds: Holds },
  operator: (source: Observable<Batch<A>>) => Observable<Batch<B>>
): Operator<A, B> => {
  const guarded: Operator<A, B> = (source) =>
    defer(() => {
      const books = keepBook(name, holds === WHOLE_POOL ? Number.POSITIVE_INFINITY : holds)
      return source.pipe(
        map((batch) => {
          enter(books, batch)
          return batch
        }),
        operator,
        map((batch) => leave(books.book, batch)),
        concatWith(defer(() => nothingLeft(books.book))),
        finalize(books.close)
      )
    })
  declarations.set(guarded, { name, holds })
  return guarded
}

/** A stage that works on one batch at a time, at once. */
export const eachBatch = <A extends State, B extends State = A>(
  name: string,
  work: (batch: Batch<A>) => Batch<B>
): Operator<A, B> => stage(name, { holds: 1 }, (source) => source.pipe(map(work)))

/**
 * A stage that works on one batch at a time and answers later; batches keep their order. Further batches may wait
 * before it, as many as the pool has.
 */
export const eachBatchAsync = <A extends State, B extends State = A>(
  name: string,
  work: (batch: Batch<A>) => Promise<Batch<B>>
): Operator<A, B> => stage(name, { holds: WHOLE_POOL }, (source) => source.pipe(concatMap(work)))

const enter = ({ book, enter: note }: Bookkeeping, batch: unknown): void => {
  note(batch)
  if (defences.heldTooMany && book.held.size > book.allowed && liveLeases(book) > book.allowed) {
    throw new PipelineError({ type: 'HeldTooMany', stage: book.name, held: book.held.size, allowed: book.allowed })
  }
}

const leave = <S extends State>(book: StageBook, batch: Batch<S>): Batch<S> => {
  const { lease } = openBatch(batch)
  const place = book.held.get(lease)
  if (place === undefined) throw new PipelineError({ type: 'ForeignEmission', stage: book.name })
  if (defences.order && place < book.left) throw new PipelineError({ type: 'OutOfOrder', stage: book.name })
  book.held.delete(lease)
  book.left = place
  return batch
}

const nothingLeft = (book: StageBook): Observable<never> => {
  const batches = liveLeases(book)
  if (batches === 0 || !defences.leaseLost) return EMPTY
  return throwError(() => new PipelineError({ type: 'LeaseLost', stage: book.name, batches }))
}
