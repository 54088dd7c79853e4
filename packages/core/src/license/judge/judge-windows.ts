import type { RightTerms, WindowTerms } from '../license-terms'
import { refusal, type Refusal } from '../refusal'
import { timestampFromMicros } from '../timestamp'
import { usesOf, type Usage } from '../usage'

/** The window that a use would take, or why none is open. */
export type WindowVerdict =
  | { readonly type: 'open'; /** `null` for a right without windows. */ readonly window: number | null; readonly until: number }
  | { readonly type: 'closed'; readonly refusals: ReadonlyArray<Refusal> }

const UNLIMITED: WindowVerdict = { type: 'open', window: null, until: Number.POSITIVE_INFINITY }

/** Both ends are inside (§2.8, decision). */
const refusalsOf = ({ count, from, until }: WindowTerms, uses: number, now: number): ReadonlyArray<Refusal> => {
  const refusals: Refusal[] = []
  if (now < from) refusals.push(refusal('NotStarted', 'LI-22', `the right begins at ${timestampFromMicros(from)}`))
  if (now > until) refusals.push(refusal('Expired', 'LI-22', `the right ended at ${timestampFromMicros(until)}`))
  if (uses >= count) refusals.push(refusal('Exhausted', 'LI-12', `all ${count} uses are spent`))
  return refusals
}

/**
 * Finds the first window of a right that is open and has uses left. Each window has a count of its own (LI-12).
 *
 * @param now trusted time, microseconds since 1970.
 */
export const judgeWindows = (action: string, { windows }: RightTerms, usage: Usage, now: number): WindowVerdict => {
  if (windows.length === 0) return UNLIMITED
  const refusals: Refusal[] = []
  for (const [window, terms] of windows.entries()) {
    const uses = terms.count === Number.POSITIVE_INFINITY ? 0 : usesOf(usage, action, window)
    const refused = refusalsOf(terms, uses, now)
    if (refused.length === 0) return { type: 'open', window, until: terms.until }
    refusals.push(...refused)
  }
  return { type: 'closed', refusals }
}
