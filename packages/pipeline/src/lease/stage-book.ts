import type { Lease } from './lease'

/** Which leases a stage has taken in and not yet given on. */
export interface StageBook {
  readonly name: string
  readonly allowed: number
  readonly held: Set<Lease>
}

/** Leases that are held and were not released inside the stage; dropping is releasing. */
export const liveLeases = (book: StageBook): number => {
  for (const lease of book.held) if (lease.owners === 0) book.held.delete(lease)
  return book.held.size
}
