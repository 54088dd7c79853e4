import * as E from 'fp-ts/Either'

import type { HeldLicense } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import { queryAction } from '../license/query-action'
import { queryResult, refusal } from '../license/refusal'
import type { Take } from '../license/evaluation'
import { judgeExport } from '../transfer/judge-export'
import { judgeImport } from '../transfer/judge-import'
import type { LicenseRef } from './change'
import type { Asked, Scene } from './scene'

/** The decision that a scene leads to. */
export interface Judgement {
  readonly allowed: boolean
  /** `DRM_ACTION_ALLOWED_QUERY_RESULTS`: 0 exactly when allowed. */
  readonly bits: number
  /** Empty when allowed. */
  readonly refusals: ReadonlyArray<LicenseRefusal>
  /** The license that is used, leaf first; none for a "no". */
  readonly used: ReadonlyArray<LicenseRef>
  /** What a use takes of each link. */
  readonly takes: ReadonlyArray<Take>
  /** Last moment of the right, microseconds since 1970; `null` without an end. */
  readonly until: number | null
}

const refused = (refusals: ReadonlyArray<LicenseRefusal>): Judgement => ({
  allowed: false,
  bits: queryResult(refusals),
  refusals,
  used: [],
  takes: [],
  until: null,
})

const names = (held: HeldLicense): ReadonlyArray<LicenseRef> =>
  [held, ...(held.root === undefined ? [] : [held.root])].map(({ license: { issuer, lid } }) => ({ issuer, lid }))

const unbelieved = ({ candidates }: Scene): ReadonlyArray<LicenseRefusal> =>
  candidates.flatMap(({ issuer, lid, held }) => {
    if (E.isRight(held)) return []
    const { why } = held.left
    const reason =
      why === 'LicenseIssuerUnknown' || why === 'LicenseIssuerRevoked' ? why : ('LicenseSignatureInvalid' as const)
    return [{ ...refusal(reason, 'LI-1', `the license document is not believed (${why})`), license: { issuer, lid } }]
  })

const judgeQuery = (scene: Scene, { action, barred, circumstances }: Extract<Asked, { readonly type: 'query' }>): Judgement => {
  if (barred !== null) return refused([{ ...barred, license: null }])
  const believed = scene.candidates.flatMap(({ held }) => (E.isRight(held) ? [held.right] : []))
  const doubted = unbelieved(scene)
  const answer = queryAction(believed, action, circumstances)
  if (answer.evaluation === null) {
    const own = believed.length === 0 && doubted.length > 0 ? [] : answer.refusals
    return refused([...own, ...doubted])
  }
  const { takes, until } = answer.evaluation
  return { allowed: true, bits: 0, refusals: [], used: takes.map(({ issuer, lid }) => ({ issuer, lid })), takes, until }
}

/** Makes the decision of a scene. */
export const judgeScene = (scene: Scene): Judgement => {
  const { asked, candidates } = scene
  switch (asked.type) {
    case 'query':
      return judgeQuery(scene, asked)
    case 'export': {
      const verdict = judgeExport(candidates, asked.question)
      if (verdict.type === 'Refused') return refused(verdict.refusals)
      const { held, takes, until } = verdict
      return { allowed: true, bits: 0, refusals: [], used: names(held), takes, until }
    }
    case 'import': {
      const verdict = judgeImport(candidates[0], asked.question)
      if (verdict.type === 'Refused') return refused(verdict.refusals)
      return { allowed: true, bits: 0, refusals: [], used: names(verdict.held), takes: [], until: null }
    }
  }
}
