import * as E from 'fp-ts/Either'

import { termsOf } from '../license/license-terms'
import { usesOf } from '../license/usage'
import type { Take } from '../license/evaluation'
import type { HeldLicense } from '../license/held-license'
import { applyChange, applyChanges } from './apply-change'
import type { Change, LicenseRef } from './change'
import { judgeScene, type Judgement } from './judge-scene'
import { momentsOf } from './moments'
import { actionOf, linksIn, surroundings, type Scene } from './scene'

type Changes = ReadonlyArray<Change>

/** What time does by itself is told before what somebody has to do. */
const RANKS: { readonly [T in Change['type']]?: number } = { UseSpent: 0, TimeMoves: 1, SystemRemoved: 2, LicenseDeleted: 3 }
const OTHER_RANK = 4

const rankOf = (changes: Changes): number => Math.max(...changes.map(({ type }) => RANKS[type] ?? OTHER_RANK))

const nameOf = ({ license: { issuer, lid } }: HeldLicense): LicenseRef => ({ issuer, lid })

const lastUse = (scene: Scene, { issuer, lid, window }: Take): Change | undefined => {
  const action = actionOf(scene)
  if (window === null || action === undefined) return undefined
  const link = linksIn(scene).find(({ license }) => license.issuer === issuer && license.lid === lid)
  const count = link && termsOf(link.license.document).rights.get(action)?.windows[window]?.count
  return link !== undefined && count === usesOf(link.state.usage, action, window) + 1
    ? { type: 'UseSpent', license: { issuer, lid }, action, window }
    : undefined
}

/**
 * One change after which another license answers, or none. The last use is told rather than the license, unless the
 * license goes on with the next window.
 */
const block = (scene: Scene, { takes, used }: Judgement): Change | undefined => {
  const [license] = used
  if (license === undefined) return undefined
  const spent = takes.flatMap((take) => lastUse(scene, take) ?? [])
  return (
    spent.find((change) => judgeScene(applyChange(scene, change)).used[0]?.lid !== license.lid) ?? {
      type: 'LicenseDeleted',
      license,
    }
  )
}

/** Goes on from some changes until nothing allows any more. */
const blocked = (scene: Scene, first: Changes): Changes | undefined => {
  let changes = first
  for (let tries = 0; tries <= scene.candidates.length; tries++) {
    const changed = applyChanges(scene, changes)
    const judgement = judgeScene(changed)
    if (!judgement.allowed) return changes
    const next = block(changed, judgement)
    if (next === undefined) return undefined
    changes = [...changes, next]
  }
  return undefined
}

/** Changes that may stop several licenses at once. */
const beginnings = (scene: Scene): ReadonlyArray<Changes> => {
  const { asked, candidates } = scene
  const { now } = surroundings(scene)
  const action = actionOf(scene)
  const moments = candidates.flatMap(({ held }) =>
    E.isRight(held) && action !== undefined ? momentsOf(held.right, action) : []
  )
  const times = [...new Set(moments.flatMap((moment) => [moment + 1, moment - 1]))].filter((to) => to >= 0 && to !== now)
  const roots = candidates.flatMap(({ held }) => (E.isRight(held) && held.right.root ? [nameOf(held.right.root)] : []))
  return [
    [],
    ...roots.map((license): Changes => [{ type: 'LicenseDeleted', license }]),
    ...times.sort((left, right) => Math.abs(left - now) - Math.abs(right - now)).map((to): Changes => [{ type: 'TimeMoves', to }]),
    ...(asked.type === 'query' ? [] : [[{ type: 'SystemRemoved', system: asked.question.system } as const]]),
    [{ type: 'ClockSetBack' }],
  ]
}

/**
 * The fewest changes under which an allowed request is refused: every license that allows it is taken out of the way by
 * itself, by one change each, or several at once by time, clock or registration.
 */
export const changesToRefuse = (scene: Scene): Changes | undefined =>
  beginnings(scene)
    .flatMap((first) => {
      const changes = blocked(scene, first)
      return changes === undefined || changes.length === 0 ? [] : [changes]
    })
    .sort((left, right) => left.length - right.length || rankOf(left) - rankOf(right))[0]
