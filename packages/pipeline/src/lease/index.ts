export { createPool, poolStatus } from './pool'
export type { PoolOptions, PoolStatus } from './pool'
export type { Pool } from './pool-handle'
