import type { Lease } from './lease'

/** Which leases a stage has taken in and not yet given on. */
export interface StageBook {
  readonly name: string
  readonly allowed: number
  /** With the place of each in the order in which they came. */
  readonly held: Map<Lease, number>
  /** How many came in. */
  entered: number
  /** The place of the one that left last; 0 before the first. */
  left: number
}

/** Leases that are held and were not released inside the stage; dropping is releasing. */
export const liveLeases = (book: StageBook): number => {
  for (const lease of book.held.keys()) if (lease.owners === 0) book.held.delete(lease)
  return book.held.size
}
