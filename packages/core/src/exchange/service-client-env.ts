import type { Clock } from '../clock/clock'
import type { Random } from '../random/random'
import type { RetryPace } from './retry-pace'
import type { ServiceTransport } from './service-transport'

/** What a client of a service works with. */
export interface ServiceClientEnv {
  readonly transport: ServiceTransport
  readonly clock: Clock
  readonly random: Random
  /** Resolves after milliseconds, or at once when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly pace?: RetryPace
}
