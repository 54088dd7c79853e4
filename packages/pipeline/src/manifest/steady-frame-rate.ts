import type { Ratio } from './presentation'

/** Rates of films and television that are a whole rate slowed by 1000/1001. @source SMPTE ST 12-1; ITU-R BT.2020 */
const SLOWED = [24, 30, 48, 60, 120]
const SLOWING: readonly [number, number] = [1000, 1001]
const MOST_WHOLE = 240
/** Of the rate: less than half of what 24 and 23.976 are apart, more than a millisecond in four seconds. */
const TOLERANCE = 0.0004

const RATES: ReadonlyArray<Ratio> = [
  ...Array.from({ length: MOST_WHOLE }, (_, index) => ({ numerator: index + 1, denominator: 1 })),
  ...SLOWED.map((rate) => ({ numerator: rate * SLOWING[0], denominator: SLOWING[1] })),
]

/**
 * The rate of pictures where their mean is one that films are made at; otherwise pictures come unevenly, and none is known.
 *
 * @param pictures how many.
 * @param seconds that they are shown.
 */
export const steadyFrameRate = (pictures: number, seconds: number): Ratio | undefined => {
  if (pictures < 2 || !(seconds > 0)) return undefined
  const missOf = ({ numerator, denominator }: Ratio): number => Math.abs((pictures * denominator) / (seconds * numerator) - 1)
  const [nearest] = RATES.filter((rate) => missOf(rate) < TOLERANCE).sort((a, b) => missOf(a) - missOf(b))
  return nearest
}
