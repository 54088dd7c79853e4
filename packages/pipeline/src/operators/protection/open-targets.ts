import type { KeyObject } from 'node:crypto'
import type { OpenedGrant } from '@custody/core/pipeline-connection'

import { PipelineError } from '../../fault/pipeline-error'
import { contentKey } from './content-key'
import { counterSource, type CounterSource } from './counter-range'
import type { SealedWindow } from './sealed-window'
import type { TranscryptTarget, TranscryptTrack } from './transcrypt-target'

/** A track with its key and, for video, its window. */
export interface OpenTarget {
  readonly key: KeyObject
  readonly counters: CounterSource
  readonly form: TranscryptTrack['form']
  window: SealedWindow | undefined
}

/**
 * Opens the keys of all tracks that a run writes.
 *
 * @errors `GrantRefused`; `SameKey` when a target's key is the source's, or stands under two key IDs.
 */
export const openTargets = (
  opened: OpenedGrant,
  sourceKey: KeyObject,
  { tracks }: TranscryptTarget
): ReadonlyMap<number, OpenTarget> => {
  requireDisjoint([...tracks.values()])
  const targets = new Map<number, OpenTarget>()
  const byKeyId = new Map<string, KeyObject>()
  for (const [number, { keyId, counters, form }] of tracks) {
    const key = byKeyId.get(keyId) ?? contentKey(opened, keyId)
    // Ranges are reserved by key ID: one key under two of them would be used twice with the same counters.
    const others = [...byKeyId].filter(([id]) => id !== keyId).map(([, other]) => other)
    if ([sourceKey, ...others].some((other) => key.equals(other))) throw new PipelineError({ type: 'SameKey' })
    byKeyId.set(keyId, key)
    targets.set(number, { key, counters: counterSource(keyId, counters), form, window: undefined })
  }
  return targets
}

/** No counter block may cover two samples: two tracks under one key are our caller's mistake unless their ranges differ. */
const requireDisjoint = (tracks: ReadonlyArray<TranscryptTrack>): void => {
  tracks.forEach(({ keyId, counters: { from, to } }, index) => {
    const clash = tracks.slice(index + 1).some((other) => other.keyId === keyId && other.counters.from < to && from < other.counters.to)
    if (clash) throw new RangeError(`two tracks would use the same counters of key ${keyId}`)
  })
}
