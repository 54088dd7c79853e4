import type { PlanOutcome } from '../plan/run-plan'

/** Law P7. One large sample may have a lease beside those of the pool. */
export const leasesReturn = ({ pool, sightings: { mostOut, views } }: PlanOutcome): string | undefined => {
  if (mostOut > pool.leases + 1) return `${String(mostOut)} leases were out of ${String(pool.leases)}`
  if (pool.out > 0) return `${String(pool.out)} leases are still out at the end`
  if (pool.dirtyBytes > 0) return `${String(pool.dirtyBytes)} bytes in memory that was given back are not zero`
  const stale = views.filter(({ length }) => length > 0).length
  return stale === 0 ? undefined : `${String(stale)} views of batches still show memory that was given back`
}
