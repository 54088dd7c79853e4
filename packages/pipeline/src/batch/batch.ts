import type { State } from './state'

declare class BatchOf<S extends State> {
  #nominal
  private constructor()
  protected readonly state: (state: S) => S
}

/**
 * A leased run of samples in one protection state. An empty, frozen handle: what it stands for is opened only by the
 * operators and sinks of this package, and only until the lease is released.
 */
export type Batch<S extends State> = BatchOf<S>
