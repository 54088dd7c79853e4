import type { Circumstances } from './evaluation'
import { evaluate } from './evaluate'
import { linksOf, type HeldLicense } from './held-license'
import { levelsFor } from './judge/judge-levels'
import { judgeChain } from './judge/judge-chain'
import { judgeLifetime } from './judge/judge-lifetime'
import { judgeStanding } from './judge/judge-standing'
import { rightLife } from './life'
import { termsOf } from './license-terms'
import { outputLevels } from './output-levels'
import { rightState, type RightState } from './right-state'
import { STATE_CATEGORY } from './state-category'
import { byPriority } from './used-first'

/** The rights to one action over all licenses of a key ID, as far as one structure can tell them. */
export interface LicenseStateData extends RightState {
  /** More licenses may apply: only an enumeration tells all (LI-13). */
  readonly vague: boolean
  /** Levels have to be fetched and compared with the output (LI-15). */
  readonly oplPresent: boolean
  /** The sound has to take a secure path (LI-15). */
  readonly sapPresent: boolean
}

const NO_RIGHT: LicenseStateData = {
  category: STATE_CATEGORY.noRight,
  counts: [],
  dates: [],
  vague: false,
  oplPresent: false,
  sapPresent: false,
}

/** Whether a license, with its root where there is one, grants the action at all. */
const grants = (held: HeldLicense, action: string): boolean =>
  linksOf(held).every(
    ({ license, state }) => judgeStanding(state) === undefined && termsOf(license.document).rights.has(action)
  )

const isOver = (held: HeldLicense, action: string, now: number): boolean =>
  linksOf(held).some((link) => {
    const right = termsOf(link.license.document).rights.get(action)
    if (right === undefined || judgeLifetime(link, now).type === 'over') return true
    return rightLife(action, right, link.state.usage, now) === 'over'
  })

/**
 * What one license says. In a chain the link with conditions speaks; where both have some, or one is missing, one
 * structure cannot hold it all, and the answer is vague (decision on LI-14).
 */
const ofChain = (held: HeldLicense, action: string): RightState & { readonly vague: boolean } => {
  const own = rightState(held, action)
  const above = held.root && rightState(held.root, action)
  if (above === undefined || above.category === STATE_CATEGORY.unlimited) {
    return { ...own, vague: judgeChain(held) !== undefined }
  }
  return own.category === STATE_CATEGORY.unlimited ? { ...above, vague: false } : { ...own, vague: true }
}

/**
 * Tells the state of one right over every license of a key ID (LI-10). The most likely one is told: the first by priority
 * that allows the action now, else the first that still may, else the first of the spent ones (LI-14).
 *
 * @param licenses those of one key ID, leaves with their roots: see `chainCandidates`.
 */
export const queryLicenseState = (
  licenses: ReadonlyArray<HeldLicense>,
  action: string,
  circumstances: Circumstances
): LicenseStateData => {
  const granting = licenses.filter((held) => grants(held, action)).sort(byPriority)
  const alive = granting.filter((held) => !isOver(held, action, circumstances.now))
  const chosen =
    alive.find((held) => evaluate(held, action, circumstances).type === 'Allowed') ?? alive[0] ?? granting[0]
  if (chosen === undefined) return NO_RIGHT
  const state = ofChain(chosen, action)
  const { play, copy } = levelsFor(outputLevels(chosen), action)
  return {
    ...state,
    vague: state.vague || alive.some((held) => held !== chosen),
    oplPresent: play !== undefined || copy !== undefined,
    sapPresent: linksOf(chosen).some(({ license }) => (license.document.requires?.audioPath ?? 0) > 0),
  }
}
