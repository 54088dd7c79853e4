import type { Pool } from '../pool-handle'
import { poolState } from '../pool-state'

/** Bytes other than zero in the memory that waits to be leased. */
export const dirtyBytes = (pool: Pool): number =>
  poolState(pool).idle.reduce((sum, memory) => sum + new Uint8Array(memory).filter((byte) => byte !== 0).length, 0)
