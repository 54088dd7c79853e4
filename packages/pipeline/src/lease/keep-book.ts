import { openBatch } from '../batch/batch-inside'
import { PipelineError } from '../fault/pipeline-error'
import { mostFamilies } from './acquire'
import { defences } from './defences'
import { noteError, type Flow } from './flow'
import type { Lease } from './lease'
import { liveLeases, type StageBook } from './stage-book'

/** The accounts of one stage over one run. */
export interface Bookkeeping {
  readonly book: StageBook
  /**
   * A batch has come in.
   *
   * @errors `ForeignHandle` for anything that is no live batch; `BatchShared` for one that came before or that a sink has;
   * `OutOfOrder` for one that others have overtaken; `PoolTooSmall`, `HeldTooMany`.
   */
  readonly enter: (batch: unknown) => void
  /** A batch goes out. @errors `ForeignEmission`, `OutOfOrder`; `BatchShared` for one that another stage has taken too. */
  readonly leave: (batch: unknown) => void
  /** The stage has failed, which its run is told even where an operator behind the stage keeps that to itself. */
  readonly fail: (error: unknown) => void
  /** The stage completes before its source, on purpose. */
  readonly cut: () => void
}

/** One lease for the source to fill and one for the sink to write stay free of the stages' claims. */
export const RESERVED_LEASES = 2

/** Begins the accounts of a stage that may hold `allowed` batches, or of a sink. */
export const keepBook = (name: string, allowed: number, kind: 'stage' | 'sink' = 'stage'): Bookkeeping => {
  const book: StageBook = { name, allowed, held: new Set(), seen: new WeakSet(), isSink: kind === 'sink', lastIn: 0, lastOut: 0 }
  const flows = new Set<Flow>()
  return {
    book,
    enter: (batch) => {
      const { pool, lease } = openBatch(batch)
      if (lease.flow !== undefined) flows.add(lease.flow)
      // A stage that its operator hides could not be asked when the run began.
      if (Number.isFinite(allowed) && allowed > mostFamilies(pool) - RESERVED_LEASES) {
        throw new PipelineError({ type: 'PoolTooSmall', stage: name, holds: allowed, leases: pool.leases })
      }
      enter(book, lease)
    },
    leave: (batch) => {
      leave(book, openBatch(batch).lease)
    },
    fail: (error) => {
      for (const flow of flows) noteError(flow, error)
    },
    cut: () => {
      for (const flow of flows) flow.cut = true
    },
  }
}

/** Above this, those that were dropped inside are looked for. */
const MANY = 64

const enter = (book: StageBook, lease: Lease): void => {
  const { name, held, seen, allowed } = book
  if (seen.has(lease) || lease.holders.at(-1)?.isSink === true) throw new PipelineError({ type: 'BatchShared', stage: name })
  if (defences.order && lease.place < book.lastIn) throw new PipelineError({ type: 'OutOfOrder', stage: name })
  book.lastIn = lease.place
  seen.add(lease)
  held.add(lease)
  lease.holders.push(book)
  if (held.size > Math.min(allowed, MANY) && liveLeases(book) > allowed && defences.heldTooMany) {
    throw new PipelineError({ type: 'HeldTooMany', stage: name, held: held.size, allowed })
  }
}

const leave = (book: StageBook, lease: Lease): void => {
  const { name: stage, held } = book
  if (!held.has(lease)) throw new PipelineError({ type: 'ForeignEmission', stage })
  if (defences.order && lease.place < book.lastOut) throw new PipelineError({ type: 'OutOfOrder', stage })
  if (lease.holders.pop() !== book) throw new PipelineError({ type: 'BatchShared', stage })
  held.delete(lease)
  book.lastOut = lease.place
}
