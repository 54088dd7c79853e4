import type { CanaryHit, CanaryIndex } from './canary-index'

/** More than the longest run that has to be seen in one piece. */
const OVERLAP = 128

/**
 * Looks through what is too large to be held at once.
 *
 * @param read Answers how many bytes it put in; 0 at the end.
 */
export const searchBlocks = (
  index: CanaryIndex,
  where: string,
  size: number,
  read: (into: Uint8Array, at: number) => number
): ReadonlyArray<CanaryHit> => {
  const block = new Uint8Array(OVERLAP + size)
  const hits: CanaryHit[] = []
  let kept = 0
  for (let at = 0; ; ) {
    const length = read(block.subarray(kept, kept + size), at)
    if (length === 0) return withoutRepeats(hits)
    const filled = kept + length
    for (const hit of index.findIn(block.subarray(0, filled), where)) hits.push({ ...hit, at: at - kept + hit.at })
    at += length
    const keep = Math.min(OVERLAP, filled)
    block.copyWithin(0, filled - keep, filled)
    kept = keep
  }
}

/** A run in the overlap is seen twice. */
const withoutRepeats = (hits: ReadonlyArray<CanaryHit>): ReadonlyArray<CanaryHit> => {
  const seen = new Set<string>()
  return hits.filter(({ at, form }) => {
    const name = `${String(at)} ${form}`
    if (seen.has(name)) return false
    seen.add(name)
    return true
  })
}
