import { createHash } from 'node:crypto'

import type { CollectedSample } from './collecting-receiver'

/** A sample in short, quick to compare: what it says, and the SHA-256 of its bytes. */
export interface SampleDigest {
  readonly track: number
  readonly time: number
  readonly flags: number
  readonly size: number
  readonly sha256: string
}

/** The same for equal samples. */
export const digestOf = (sample: CollectedSample): SampleDigest => {
  const { track, time, flags, bytes } = sample
  return { track, time, flags, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** The samples in short, the streams one after the other: a file decides only the order within each. */
export const digestByStream = (samples: ReadonlyArray<CollectedSample>): ReadonlyArray<SampleDigest> =>
  [...samples].sort((one, other) => one.track - other.track).map(digestOf)
