/** Longest range that a test name may cite; a longer one is a slip of the pen. */
const MAX_RANGE = 100

const ID = String.raw`(?:(?:BR|IN|LI|IM|EX|ND|RV|EV|P)-|R)`
const CITATION = new RegExp(
  String.raw`(?<![A-Za-z0-9-])(${ID})(\d+)(?:\s?[–…]\s?(?:${ID})?(\d+))?(?![A-Za-z0-9])`,
  'g'
)

/** The rule ids that a test name cites, in order, each once. `BR-27…BR-30` and `IM-18–20` are ranges. */
export const citedRules = (name) => {
  const ids = new Set()
  for (const [, prefix, first, last] of name.matchAll(CITATION)) {
    const from = Number(first)
    const to = Math.min(last === undefined ? from : Number(last), from + MAX_RANGE)
    for (let number = from; number <= Math.max(from, to); number += 1) ids.add(`${prefix}${number}`)
  }
  return [...ids]
}
