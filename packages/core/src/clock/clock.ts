/** Tells the time. The only source of time in the library: deciders and processes take it from their environment. */
export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z, as a whole number. */
  readonly now: () => number
}
