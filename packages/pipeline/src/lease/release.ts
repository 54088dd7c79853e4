import { defences } from './defences'
import type { Lease } from './lease'
import type { PoolState } from './pool-state'

const NO_BYTES = new Uint8Array(new ArrayBuffer(0))

/** One owner less. With the last one gone and no transfer under way, the memory is wiped and taken back. */
export const releaseLease = (pool: PoolState, lease: Lease): void => {
  if (lease.owners === 0) return
  lease.owners -= 1
  if (lease.owners === 0 && !isHeldFast(lease)) takeBack(pool, lease)
}

/** All who wait for a lease look again. */
export const wakeAll = (pool: PoolState): void => {
  for (const wake of pool.waiting.splice(0)) wake()
}

/** Takes the lease from all its owners at once, at the end of a run. */
export const revokeLease = (pool: PoolState, lease: Lease): void => {
  if (lease.owners === 0) return
  lease.owners = 0
  if (!isHeldFast(lease)) takeBack(pool, lease)
}

/** The system reads the memory from now on: it must not change, whoever releases it. */
export const pinLease = (lease: Lease): void => {
  lease.pins += 1
}

/** The system has done with the memory. */
export const unpinLease = (pool: PoolState, lease: Lease): void => {
  lease.pins -= 1
  if (lease.pins === 0 && lease.owners === 0) takeBack(pool, lease)
}

const isHeldFast = ({ pins }: Lease): boolean => pins > 0 && defences.pin

/** Wipes first, then moves the memory away from every view that still points at it. */
const takeBack = (pool: PoolState, lease: Lease): void => {
  if (!pool.out.delete(lease)) return
  const { buffer } = lease.bytes
  if (defences.wipe) lease.bytes.fill(0)
  lease.bytes = NO_BYTES
  const memory = defences.detach ? structuredClone(buffer, { transfer: [buffer] }) : buffer
  if (!lease.single) pool.idle.push(memory)
  leaveFamily(pool, lease)
  lease.onTakenBack?.()
  lease.onTakenBack = undefined
  wakeAll(pool)
}

/** A source may have another lease when all copies of one are back too. */
const leaveFamily = (pool: PoolState, { family, single }: Lease): void => {
  family.out -= 1
  if (family.out > 0) return
  if (single) pool.singles -= 1
  else pool.families -= 1
}
