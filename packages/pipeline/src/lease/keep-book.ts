import { openBatch } from '../batch/batch-inside'
import type { PoolState } from './pool-state'
import type { StageBook } from './stage-book'

/** The accounts of one stage over one run, entered in the table of its pool as long as the stage runs. */
export interface Bookkeeping {
  readonly book: StageBook
  /** A batch has come in. @errors `ForeignHandle` for anything that is no live batch. */
  readonly enter: (batch: unknown) => void
  /** The stage has ended. */
  readonly close: () => void
}

/** Begins the accounts of a stage that may hold `allowed` batches. */
export const keepBook = (name: string, allowed: number): Bookkeeping => {
  const book: StageBook = { name, allowed, held: new Map(), entered: 0, left: 0 }
  const pools = new Set<PoolState>()
  return {
    book,
    enter: (batch) => {
      const { pool, lease } = openBatch(batch)
      pools.add(pool)
      pool.stages.add(book)
      book.entered += 1
      book.held.set(lease, book.entered)
    },
    close: () => {
      for (const pool of pools) pool.stages.delete(book)
    },
  }
}
