import type { HeldLicense } from './held-license'
import { termsOf, type WindowTerms } from './license-terms'
import { STATE_CATEGORY, windowCategory, type StateCategory } from './state-category'
import { usesOf } from './usage'

/** One right in the terms of the platform: what kind of conditions, and what is left of them. */
export interface RightState {
  readonly category: StateCategory
  /** Remaining uses, one entry a date pair (LI-12); for category 9 the hours. */
  readonly counts: ReadonlyArray<number>
  /** Microseconds since 1970; begin before end, pair by pair. */
  readonly dates: ReadonlyArray<number>
}

const HOUR = 3600 * 1_000_000

const endingBy = (windows: ReadonlyArray<WindowTerms>, end: number): ReadonlyArray<WindowTerms> => {
  if (end === Number.POSITIVE_INFINITY) return windows
  const free = { count: Number.POSITIVE_INFINITY, from: Number.NEGATIVE_INFINITY, until: end }
  return windows.length === 0 ? [free] : windows.map((window) => ({ ...window, until: Math.min(window.until, end) }))
}

const categoryOf = (window: WindowTerms | undefined): StateCategory =>
  (window && windowCategory(Number.isFinite(window.count), Number.isFinite(window.from), Number.isFinite(window.until))) ??
  STATE_CATEGORY.unlimited

/**
 * The state of one right of one document. An expiry in hours after storing has a date once the license is stored, so it is
 * told as one; hours after the first use keep their category, also when they run (decision on §2.8).
 */
export const rightState = ({ license, state }: HeldLicense, action: string): RightState => {
  const { rights, afterFirstUse, afterStore } = termsOf(license.document)
  const right = rights.get(action)
  if (right === undefined) return { category: STATE_CATEGORY.noRight, counts: [], dates: [] }
  if (afterFirstUse !== Number.POSITIVE_INFINITY && right.windows.length === 0) {
    return { category: STATE_CATEGORY.expirationAfterFirstUse, counts: [afterFirstUse / HOUR], dates: [] }
  }
  const windows = endingBy(right.windows, (state.storedAt ?? Number.POSITIVE_INFINITY) + afterStore)
  return {
    category: categoryOf(windows[0]),
    counts: windows.flatMap(({ count }, index) =>
      Number.isFinite(count) ? [Math.max(0, count - usesOf(state.usage, action, index))] : []
    ),
    dates: windows.flatMap(({ from, until }) => [from, until].filter(Number.isFinite)),
  }
}
