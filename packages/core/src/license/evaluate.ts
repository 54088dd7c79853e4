import { Action } from './action'
import type { Circumstances, Evaluation, Refused } from './evaluation'
import { linksOf, type HeldLicense } from './held-license'
import { judgeChain } from './judge/judge-chain'
import { judgeLevels, levelsFor, levelsUnknown } from './judge/judge-levels'
import { judgeLink } from './judge/judge-link'
import { judgeSession } from './judge/judge-session'
import { outputLevels } from './output-levels'
import { refusal, type Refusal } from './refusal'

/** The copy rights of older licenses (LI-4). */
const SUPERSEDED: ReadonlySet<string> = new Set(['Print.redbook', 'Transfer.SDMI', 'Transfer.NONSDMI'])

const refused = (refusals: ReadonlyArray<Refusal>): Refused => ({ type: 'Refused', refusals })

const unknownAction = (action: string): Refusal =>
  SUPERSEDED.has(action)
    ? refusal('ActionUnknown', 'LI-4', `${action} is no right any more; Copy takes its place`)
    : refusal('ActionUnknown', 'R6', 'this is no action that a license can grant')

/** The answer of several links together: each has to allow (LI-57), each gives one use (LI-58), the first end counts. */
const joined = (held: HeldLicense, action: string, circumstances: Circumstances): Evaluation => {
  const verdicts = linksOf(held).map((link) => judgeLink(link, action, circumstances))
  const refusals = verdicts.flatMap((verdict) => (verdict.type === 'refuses' ? verdict.refusals : []))
  const levels = levelsFor(outputLevels(held), action)
  const { delivery } = circumstances
  const all = [
    ...judgeSession(action, circumstances),
    ...refusals,
    ...(delivery === undefined ? [] : judgeLevels(levels, delivery)),
  ]
  if (all.length > 0) return refused(all)
  const allowing = verdicts.flatMap((verdict) => (verdict.type === 'allows' ? [verdict] : []))
  const until = Math.min(...allowing.map((verdict) => verdict.until))
  return {
    type: 'Allowed',
    takes: allowing.map(({ take }) => take),
    until: until === Number.POSITIVE_INFINITY ? null : until,
    oplPresent: levels.play !== undefined || levels.copy !== undefined,
    sapPresent: linksOf(held).some(({ license }) => (license.document.requires?.audioPath ?? 0) > 0),
  }
}

/**
 * Says whether one license, or one chain of two, allows one action now. Every condition that a document states is either
 * judged or refused by name; what is not known is a "no" (R6).
 *
 * Without a delivery the answer is a hint: levels are flagged and not judged. To use a license, ask `evaluateUse`.
 *
 * @param action any text; one that names no action is refused.
 */
export const evaluate = (held: HeldLicense, action: string, circumstances: Circumstances): Evaluation => {
  if (!Action.is(action)) return refused([unknownAction(action)])
  const chain = judgeChain(held)
  return chain === undefined ? joined(held, action, circumstances) : refused([chain])
}

/** As {@link evaluate}, for a use: levels that nobody compared with the target are a "no" (LI-33). */
export const evaluateUse = (held: HeldLicense, action: string, circumstances: Circumstances): Evaluation => {
  const evaluation = evaluate(held, action, circumstances)
  return evaluation.type === 'Allowed' && evaluation.oplPresent && circumstances.delivery === undefined
    ? refused([levelsUnknown('the license has protection levels, and it is not said what the output keeps')])
    : evaluation
}
