import * as E from 'fp-ts/Either'

import type { Action } from './action'
import { afterUse } from './after-use'
import { chooseLicense } from './choose-license'
import type { Allowed, Circumstances, Take } from './evaluation'
import type { HeldLicense } from './held-license'
import type { LicenseRefusal } from './license-refusal'

/** One track of a list that is to be burned. */
export interface BurnTrack {
  /** Those of the track's key ID, leaves with their roots: see `chainCandidates`. */
  readonly licenses: ReadonlyArray<HeldLicense>
  /** How often the track may be burned as a part of this list, and how often it was; absent without a limit. */
  readonly playlist?: { readonly limit: number; readonly burned: number }
}

/** What the check of one track found. The codes of the platform: S_OK, a success with a limit, and errors. */
export type BurnCheck =
  | { readonly type: 'burnable' }
  | { readonly type: 'burnable-with-limit'; /** Burns of this list that are left, this one included. */ readonly left: number }
  | { readonly type: 'playlist-limit' }
  | { readonly type: 'refused'; readonly refusals: ReadonlyArray<LicenseRefusal> }

/** The answer for a list, with the check of every track in the list's order. */
export type BurnVerdict =
  | {
      readonly type: 'Allowed'
      readonly checks: ReadonlyArray<BurnCheck>
      /** What the burn takes, track by track, in the order in which the tracks are to be opened. */
      readonly takes: ReadonlyArray<ReadonlyArray<Take>>
    }
  | { readonly type: 'Refused'; readonly checks: ReadonlyArray<BurnCheck> }

const BURN: Action = 'PlaylistBurn'

const name = ({ license }: HeldLicense): string => `${license.issuer}/${license.lid}`

/** Licenses with the uses that earlier tracks of the list would take. */
type Spent = ReadonlyMap<string, HeldLicense['state']>

const spentAlready = (held: HeldLicense, spent: Spent): HeldLicense => ({
  ...held,
  state: spent.get(name(held)) ?? held.state,
  ...(held.root && { root: spentAlready(held.root, spent) }),
})

const withUse = (spent: Spent, held: HeldLicense, allowed: Allowed, now: number): Spent => {
  const { state, root } = afterUse(held, BURN, allowed, now)
  const own = new Map(spent).set(name(held), state)
  return root === undefined ? own : own.set(name(root), root.state)
}

const checkOf = (playlist: BurnTrack['playlist']): BurnCheck => {
  if (playlist === undefined) return { type: 'burnable' }
  const left = playlist.limit - playlist.burned
  // A limit that is no number is none that was kept.
  return left > 0 ? { type: 'burnable-with-limit', left } : { type: 'playlist-limit' }
}

/**
 * Decides whether a list may be burned: every track is checked in the list's order before any is opened, and one error
 * forbids the whole burn (LI-74). A track that stands in the list twice takes two uses. A success with a limit lets the
 * burn go on, and the limit is told (decision).
 */
export const judgePlaylistBurn = (tracks: ReadonlyArray<BurnTrack>, circumstances: Circumstances): BurnVerdict => {
  const checks: BurnCheck[] = []
  const takes: Array<ReadonlyArray<Take>> = []
  let spent: Spent = new Map()
  for (const { licenses, playlist } of tracks) {
    const candidates = licenses.map((held) => spentAlready(held, spent))
    const chosen = chooseLicense(candidates, BURN, circumstances)
    if (E.isLeft(chosen)) {
      checks.push({ type: 'refused', refusals: chosen.left })
    } else {
      const { held, evaluation } = chosen.right
      checks.push(checkOf(playlist))
      takes.push(evaluation.takes)
      spent = withUse(spent, held, evaluation, circumstances.now)
    }
  }
  const forbidden = checks.some(({ type }) => type === 'refused' || type === 'playlist-limit')
  return forbidden ? { type: 'Refused', checks } : { type: 'Allowed', checks, takes }
}
