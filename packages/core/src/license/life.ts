import type { Action } from './action'
import type { HeldLicense } from './held-license'
import { judgeLifetime } from './judge/judge-lifetime'
import { termsOf, type RightTerms, type WindowTerms } from './license-terms'
import { usesOf, type Usage } from './usage'

/** Whether a license, or one right of it, can be used now, later, or never again. */
export type Life = 'usable' | 'not-yet' | 'over'

/** Backing a license up does not keep it alive: once everything else is spent there is nothing to back up. */
const SERVES_OTHERS: Action = 'Backup'

const windowLife = ({ count, from, until }: WindowTerms, uses: number, now: number): Life => {
  if (now > until || uses >= count) return 'over'
  return now < from ? 'not-yet' : 'usable'
}

/** The best of several: one that can be used stands for all. */
const best = (lives: ReadonlyArray<Life>): Life => {
  if (lives.includes('usable')) return 'usable'
  return lives.includes('not-yet') ? 'not-yet' : 'over'
}

/** The life of one right by its windows and counts. */
export const rightLife = (action: string, { windows }: RightTerms, usage: Usage, now: number): Life =>
  windows.length === 0
    ? 'usable'
    : best(windows.map((window, index) => windowLife(window, usesOf(usage, action, index), now)))

/**
 * The life of a license: over at its end, or, with counts, when all of them are used, whichever comes first (LI-19). A
 * right that is left keeps it; `Backup` alone does not. A leaf whose root is over is not: another root may come.
 *
 * @param now microseconds since 1970. The caller asks only at a time that can be believed: what is over may be cleaned away.
 */
export const lifeOf = (held: HeldLicense, now: number): Life => {
  const { license, state } = held
  if (judgeLifetime(held, now).type === 'over') return 'over'
  const rights = [...termsOf(license.document).rights].filter(([action]) => action !== SERVES_OTHERS)
  return best(rights.map(([action, terms]) => rightLife(action, terms, state.usage, now)))
}
