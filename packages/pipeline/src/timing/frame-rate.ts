import { UNITS_PER_SECOND } from './time-unit'

/** The television rates are whole rates slowed by 1000/1001: 23.976, 29.97, 59.94. */
const SLOWED = 1.001

const nearestOf = (secondsOfUnits: number, length: number): number =>
  secondsOfUnits / Math.max(1, Math.round(secondsOfUnits / length))

/**
 * The exact lengths that a rounded or measured length of a picture may stand for: those of whole rates and of whole
 * rates by 1.001, the nearest first, then the length itself. None for a length that is not above 0.
 *
 * @param length units of 100 ns.
 * @param tolerance how far an exact length may be from it, in the same units.
 */
export const exactFrameDurations = (length: number, tolerance: number): ReadonlyArray<number> => {
  if (!(length > 0)) return []
  const distance = (exact: number): number => Math.abs(exact - length)
  return [nearestOf(UNITS_PER_SECOND, length), nearestOf(UNITS_PER_SECOND * SLOWED, length)]
    .filter((exact) => distance(exact) <= tolerance)
    .sort((a, b) => distance(a) - distance(b))
    .concat(length)
}
