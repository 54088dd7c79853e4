import type { Clock } from '../clock/clock'
import type { Random } from '../random/random'
import type { Projection } from './event-store'

/** What an append needs beside its engine. */
export interface AppendEnv {
  readonly clock: Clock
  readonly random: Random
  /** The read models that move with every append. */
  readonly projections: ReadonlyArray<Projection>
}
