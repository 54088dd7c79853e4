/** Units of 100 ns in a second, the clock of ASF and of every time in the pipeline. */
export const UNITS_PER_SECOND = 10_000_000

/** Units of 100 ns in a millisecond, the precision of the times of ASF payloads. */
export const UNITS_PER_MILLISECOND = 10_000

/**
 * How far a time in milliseconds may lie from the exact one: both it and the time it is counted from were rounded
 * or cut to a millisecond, and the result once more to a unit.
 */
export const MILLISECOND_JITTER = UNITS_PER_MILLISECOND + 1

/** What binary fractions lose over a day of counting; added so that a half is always rounded up. */
const FRACTION_LOSS = 1e-3

/** The whole unit that is nearest; never -0. */
export const wholeUnits = (time: number): number => Math.floor(time + 0.5 + FRACTION_LOSS)
