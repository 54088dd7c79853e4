import { concatMap, concatWith, defer, EMPTY, map, tap, throwError, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'
import { PipelineError } from '../fault/pipeline-error'
import { defences } from './defences'
import { keepBook, type Bookkeeping } from './keep-book'
import type { Operator } from './operator'
import { liveLeases } from './stage-book'

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

/** What operators and sinks need of a pool. */
export interface Declaration {
  readonly stages: ReadonlyArray<StageDeclaration>
  /** Into how many leases each one is made. */
  readonly copies: number
}

const declarations = new WeakMap<object, Declaration>()

const NOTHING: Declaration = { stages: [], copies: 1 }

/** Notes what an operator or a sink needs, for the run that it becomes a part of. */
export const declare = (operator: object, declaration: Declaration): void => {
  declarations.set(operator, declaration)
}

/** What the parts of one line need together. A function that declared nothing is taken for one that needs nothing. */
export const declarationOf = (line: ReadonlyArray<object>): Declaration => {
  const parts = line.map((part) => declarations.get(part) ?? NOTHING)
  return { stages: parts.flatMap(({ stages }) => stages), copies: parts.reduce((product, { copies }) => product * copies, 1) }
}

/**
 * Makes a stage of an operator on batches and keeps its accounts.
 *
 * The operator may emit only batches that entered it, each once and in their order, and must give on or release every one before it
 * completes.
 *
 * @errors `HeldTooMany` as soon as it holds more than it declared; `ForeignEmission` for a batch that did not enter;
 * `OutOfOrder` for one that entered before another that has left; `BatchShared` for one that somebody else has too;
 * `LeaseLost` instead of completion when batches are left inside.
 */
export const stage = <A extends State, B extends State>(
  name: string,
  { holds }: { readonly holds: Holds },
  operator: (source: Observable<Batch<A>>) => Observable<Batch<B>>
): Operator<A, B> => {
  const guarded: Operator<A, B> = (source) =>
    defer(() => {
      const books = keepBook(name, holds === WHOLE_POOL ? Number.POSITIVE_INFINITY : holds)
      let open = true
      return source.pipe(
        tap<Batch<A>>({
          next: (batch) => {
            noted(books, batch)
          },
          error: () => (open = false),
          complete: () => (open = false),
        }),
        operator,
        tap<Batch<B>>(books.leave),
        concatWith(defer(() => nothingLeft(books, open))),
        tap<Batch<B>>({ error: books.fail })
      )
    })
  declare(guarded, { stages: [{ name, holds }], copies: 1 })
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

/** The operator inside may keep this error to itself. */
const noted = (books: Bookkeeping, batch: unknown): void => {
  try {
    books.enter(batch)
  } catch (error) {
    books.fail(error)
    throw error
  }
}

const nothingLeft = ({ book, cut }: Bookkeeping, isCut: boolean): Observable<never> => {
  const batches = defences.leaseLost ? liveLeases(book) : 0
  if (batches > 0) return throwError(() => new PipelineError({ type: 'LeaseLost', stage: book.name, batches }))
  if (isCut) cut()
  return EMPTY
}
