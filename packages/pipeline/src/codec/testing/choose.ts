import fc from 'fast-check'

/** Answers a whole number from 0 to `most`. */
export type Choose = (most: number) => number

const NUMBERS = 4000

/** What `write` makes of numbers that are chosen at random, and again with simpler ones when a property fails. */
export const chosen = <A>(write: (choose: Choose) => A): fc.Arbitrary<A> =>
  fc.array(fc.nat(), { minLength: NUMBERS, maxLength: NUMBERS }).map((numbers) => {
    let used = 0
    return write((most) => (numbers[used++ % NUMBERS] ?? 0) % (most + 1))
  })

/** Yes or no. */
export const yes = (choose: Choose): boolean => choose(1) === 1

/** From -`most` to `most`. */
export const signed = (choose: Choose, most: number): number => choose(2 * most) - most

/** Runs of zero bits bring emulation prevention bytes into the header. */
export const oftenZero = (choose: Choose, most: number): number => (choose(2) > 0 ? 0 : choose(most))
