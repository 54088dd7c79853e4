import type { Action } from '../license/action'
import { linksOf } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import type { Standing } from '../license/license-state'
import { storedOf } from '../transfer/candidate'
import type { Change, LicenseRef } from './change'
import { eventsBehind, eventsBehindUse, type DecidingEvent } from './deciding-events'
import { judgeScene, type Judgement } from './judge-scene'
import type { Past } from './past'
import { actionOf, type Scene } from './scene'
import { smallestChange } from './smallest-change'

/** What one license, or one chain, said by itself. */
export interface LicenseAnswer extends LicenseRef {
  readonly root: LicenseRef | null
  readonly standing: Standing
  readonly allowed: boolean
  readonly refusals: ReadonlyArray<LicenseRefusal>
  readonly decidedBy: ReadonlyArray<DecidingEvent>
}

/** Why one action was allowed or refused. */
export interface Answer extends Judgement {
  /** `null` for an import, which uses no right. */
  readonly action: Action | null
  readonly licenses: ReadonlyArray<LicenseAnswer>
  /** Events of the log that the outcome goes back to, in order. */
  readonly decidedBy: ReadonlyArray<DecidingEvent>
  /** The fewest changes under which the outcome would have been the other one; `null` where none are known. */
  readonly change: ReadonlyArray<Change> | null
}

const licenseAnswers = (scene: Scene, past: Past): ReadonlyArray<LicenseAnswer> =>
  scene.candidates.map((candidate) => {
    const links = linksOf(storedOf(candidate)).map(({ license: { issuer, lid } }) => ({ issuer, lid }))
    const { allowed, refusals } = judgeScene({ ...scene, candidates: [candidate] })
    const { issuer, lid } = candidate
    return {
      issuer,
      lid,
      root: links[1] ?? null,
      standing: storedOf(candidate).state.standing,
      allowed,
      refusals,
      decidedBy: allowed ? eventsBehindUse(past, links) : eventsBehind(past, refusals, links),
    }
  })

const uniqueEvents = (events: ReadonlyArray<DecidingEvent>): ReadonlyArray<DecidingEvent> =>
  [...new Map(events.map((event) => [event.position, event])).values()].sort((left, right) => left.position - right.position)

/** Decides a scene and tells what the decision goes back to. */
export const answerFor = (scene: Scene, past: Past): Answer => {
  const judgement = judgeScene(scene)
  const licenses = licenseAnswers(scene, past)
  const named = new Set(judgement.refusals.flatMap(({ license }) => license?.lid ?? []))
  const own = judgement.refusals.filter(({ license }) => license === null)
  const decidedBy = judgement.allowed
    ? eventsBehindUse(past, judgement.used)
    : uniqueEvents([
        ...eventsBehind(past, own, []),
        ...licenses.filter(({ lid }) => named.has(lid)).flatMap((license) => license.decidedBy),
      ])
  return { ...judgement, action: actionOf(scene) ?? null, licenses, decidedBy, change: smallestChange(scene) }
}
