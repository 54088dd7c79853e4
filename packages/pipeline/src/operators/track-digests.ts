import { createHash, type Hash } from 'node:crypto'

import type { BatchInside } from '../batch/batch-inside'
import { SCHEME_NONE } from '../batch/schemes'

/** Hashes what is protected of each track. */
export interface TrackDigests {
  readonly add: (inside: BatchInside) => void
  /** SHA-256 by track, hex. */
  readonly end: () => ReadonlyMap<number, string>
}

/** Begins with nothing. Clear bytes never enter: a digest of them would tell which media it is. */
export const createTrackDigests = (): TrackDigests => {
  const hashes = new Map<number, Hash>()
  return {
    add: (inside) => {
      const { columns, count } = inside
      for (let row = 0; row < count; row += 1) {
        const track = columns.track[row] ?? 0
        const hash = hashes.get(track) ?? createHash('sha256')
        hashes.set(track, hash)
        if (columns.scheme[row] !== SCHEME_NONE) addProtected(hash, inside, row)
      }
    },
    end: () => new Map([...hashes].map(([track, hash]) => [track, hash.digest('hex')])),
  }
}

const addProtected = (hash: Hash, { lease, columns }: BatchInside, row: number): void => {
  let at = columns.offset[row] ?? 0
  const first = columns.firstRange[row] ?? 0
  const end = columns.firstRange[row + 1] ?? 0
  if (end <= first) {
    hash.update(lease.bytes.subarray(at, at + (columns.size[row] ?? 0)))
    return
  }
  for (let range = first; range < end; range += 1) {
    at += columns.clear[range] ?? 0
    const covered = columns.protected[range] ?? 0
    hash.update(lease.bytes.subarray(at, at + covered))
    at += covered
  }
}
