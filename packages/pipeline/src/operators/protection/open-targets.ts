import type { KeyObject } from 'node:crypto'
import type { OpenedGrant } from '@custody/core/pipeline-connection'

import { createUnitPlanner, type UnitPlanner } from '../../asf/write/plan-units'
import { PipelineError } from '../../fault/pipeline-error'
import { aesContentKey, contentKey } from './content-key'
import type { CounterRange } from './counter-range'
import { createSampleSealer, type SampleSealer } from './sample-sealer'
import type { SealedWindow } from './sealed-window'
import type { TargetProtection } from './target-protection'
import type { SampleForm, TranscryptTarget, TranscryptTrack } from './transcrypt-target'

/** A track with what protects its samples and, where they are clear for a moment, their window. */
export interface OpenTarget {
  readonly sealer: SampleSealer
  /** Of its protection among those of the run. */
  readonly place: number
  readonly form: SampleForm
  window: SealedWindow | undefined
}

/**
 * Opens the keys of all tracks that a run writes.
 *
 * @errors `GrantRefused`; `SameKey` when a target's key is the source's, or stands under two key IDs.
 */
export const openTargets = (opened: OpenedGrant, { tracks }: TranscryptTarget): ReadonlyMap<number, OpenTarget> => {
  requireDisjoint([...tracks.values()])
  const sourceKeys = opened.sources.map((keyId) => contentKey(opened, keyId))
  const targets = new Map<number, OpenTarget>()
  const byKeyId = new Map<string, KeyObject>()
  const units = plannerFor([...tracks.values()])
  for (const [, track] of tracks) {
    const { keyId } = track
    const key = byKeyId.get(keyId) ?? targetKey(opened, track)
    // Ranges are reserved by key ID: one key under two of them would be used twice with the same counters.
    const others = [...byKeyId].filter(([id]) => id !== keyId).map(([, other]) => other)
    if ([...sourceKeys, ...others].some((other) => key.equals(other))) throw new PipelineError({ type: 'SameKey' })
    byKeyId.set(keyId, key)
  }
  // Only now: a run that is refused leaves nothing behind that was made of a key.
  for (const [number, track] of tracks) {
    const { keyId, form } = track
    const key = byKeyId.get(keyId) ?? targetKey(opened, track)
    const sealer = createSampleSealer({ keyId, key, target: track, units })
    targets.set(number, { sealer, place: targets.size, form, window: undefined })
  }
  return targets
}

/** The target of a track. @errors `UnsupportedMedia` for a track without one. */
export const targetOf = (tracks: ReadonlyMap<number, OpenTarget>, number: number): OpenTarget => {
  const track = tracks.get(number)
  if (track === undefined) {
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `stream ${String(number)} has no target` })
  }
  return track
}

const targetKey = (opened: OpenedGrant, { scheme, keyId }: TranscryptTrack): KeyObject =>
  scheme === 'cocktail' ? contentKey(opened, keyId) : aesContentKey(opened, keyId)

/** All tracks of a file share its packets. */
export const plannerFor = (targets: ReadonlyArray<TargetProtection>): UnitPlanner | undefined => {
  const sizes = targets.flatMap((target) => (target.scheme === 'cocktail' ? [target.packetSize] : []))
  const [packetSize] = sizes
  if (sizes.some((size) => size !== packetSize)) throw new RangeError('the packets of a file have one size')
  return packetSize === undefined ? undefined : createUnitPlanner(packetSize)
}

const countersOf = (track: TranscryptTrack): CounterRange | undefined => ('counters' in track ? track.counters : undefined)

/** No counter block may cover two samples: two tracks under one key are our caller's mistake unless their ranges differ. */
const requireDisjoint = (tracks: ReadonlyArray<TranscryptTrack>): void => {
  tracks.forEach((track, index) => {
    const own = countersOf(track)
    if (own === undefined) return
    const clash = tracks.slice(index + 1).some((other) => {
      const theirs = countersOf(other)
      return theirs !== undefined && other.keyId === track.keyId && theirs.from < own.to && own.from < theirs.to
    })
    if (clash) throw new RangeError(`two tracks would use the same counters of key ${track.keyId}`)
  })
}
