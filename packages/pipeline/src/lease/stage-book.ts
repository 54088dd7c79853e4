import type { Lease, LeaseHolder } from './lease'

/** Which leases a stage has taken in and not yet given on. */
export interface StageBook extends LeaseHolder {
  readonly allowed: number
  readonly held: Set<Lease>
  /** All that ever came in. */
  readonly seen: WeakSet<Lease>
  /** The place in the source's order of the one that came last; 0 before the first. */
  lastIn: number
  /** The place of the one that left last. */
  lastOut: number
}

/** Leases that are held and were not released inside the stage; dropping is releasing. */
export const liveLeases = (book: StageBook): number => {
  for (const lease of book.held) if (lease.owners === 0) book.held.delete(lease)
  return book.held.size
}
