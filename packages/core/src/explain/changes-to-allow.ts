import { applyChange } from './apply-change'
import type { Change } from './change'
import { searchChanges } from './search-changes'
import { actionOf, type Scene } from './scene'

/** Licenses that a change is looked for at, in the order in which they are asked. */
const MOST_LICENSES = 100

type Changes = ReadonlyArray<Change>

const fewest = (sets: ReadonlyArray<Changes | undefined>): Changes | undefined => {
  const found = sets.flatMap((set) => (set === undefined ? [] : [set]))
  return found.find((set) => found.every((other) => set.length <= other.length))
}

/**
 * The fewest changes that let a refused request through. One license has to allow it, so each is looked at by itself; a
 * license with other terms counts as a change for each term. Where none of those at hand will do, one more license is
 * the first change.
 */
export const changesToAllow = (scene: Scene): Changes | undefined => {
  const { candidates } = scene
  const alone = candidates.slice(0, MOST_LICENSES).map((candidate) => ({ ...scene, candidates: [candidate] }))
  const own = fewest((alone.length === 0 ? [scene] : alone).map(searchChanges))
  if (own !== undefined) return own
  const more: Change = { type: 'LicenseAdded', action: actionOf(scene) ?? 'Play' }
  const rest = searchChanges(applyChange({ ...scene, candidates: [] }, more))
  return rest && [more, ...rest]
}
