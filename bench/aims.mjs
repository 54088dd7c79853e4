/** What a figure is to be, and whether it is. */
import { markdown } from './tables.mjs'

const word = (met) => (met ? 'met' : 'not met')

/** A figure that is to be no higher. @param wanted What it should be where it can, in words. */
export const atMost = (what, found, most, { digits = 2, unit = '', wanted } = {}) => ({
  what,
  aim: `at most ${most.toFixed(digits)}${unit}${wanted === undefined ? '' : `, ${wanted}`}`,
  found: found === undefined ? 'not measured' : `${found.toFixed(digits)}${unit}`,
  verdict: found === undefined ? '' : word(found <= most),
})

/** A figure that is to be no lower. */
export const atLeast = (what, found, least, digits = 2) => ({
  what,
  aim: `at least ${least.toFixed(digits)}`,
  found: found.toFixed(digits),
  verdict: word(found >= least),
})

/** A figure that is to be no further from 1 than `most`. */
export const nearOne = (what, found, most) => ({
  what,
  aim: `${(1 - most).toFixed(2)} to ${(1 + most).toFixed(2)}`,
  found: found.toFixed(2),
  verdict: word(Math.abs(found - 1) <= most),
})

/** All aims of a run in one table. */
export const aimsTable = (aims) =>
  markdown(['what', 'aim', 'found', ''], aims.map(({ what, aim, found, verdict }) => [what, aim, found, verdict]))
