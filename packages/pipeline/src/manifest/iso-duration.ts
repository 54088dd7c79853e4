const DECIMALS = 6

/** A number with at most six decimals and no more than it needs; never with an exponent. */
export const plainDecimal = (value: number): string => value.toFixed(DECIMALS).replace(/\.?0+$/, '')

/**
 * Spells seconds as a duration of XML Schema.
 *
 * @errors Throws `RangeError` unless the seconds are finite and not negative.
 * @source XML Schema Part 2, 3.2.6
 */
export const isoDuration = (seconds: number): string => {
  // From 10^21 on, toFixed would give an exponent.
  if (!(seconds >= 0 && seconds <= Number.MAX_SAFE_INTEGER)) throw new RangeError('a duration is a number from 0 on')
  return `PT${plainDecimal(seconds)}S`
}
