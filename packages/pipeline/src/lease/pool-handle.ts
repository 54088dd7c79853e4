declare class PoolHandle {
  #nominal
  private constructor()
}

/** A budget of memory for the batches of one pipeline. An empty handle: nobody reads memory through it. */
export type Pool = PoolHandle
