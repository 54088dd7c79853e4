import { applyChanges } from './apply-change'
import type { Change } from './change'
import { judgeScene } from './judge-scene'
import { proposeChanges } from './propose-changes'
import type { Scene } from './scene'

/** Sets of changes that are tried for one license; more than any document of the limits needs. */
const MOST_TRIED = 20_000

/** Two changes of one place exclude each other: the later one holds. */
const placeOf = (change: Change): string => {
  switch (change.type) {
    case 'UseGivenBack':
    case 'UseSpent':
      return `${change.type} ${change.license.issuer} ${change.license.lid} ${change.window}`
    case 'LicenseStored':
    case 'LicenseDeleted':
    case 'LicenseGrants':
    case 'LicenseIncludes':
    case 'RootStored':
      return `${change.type} ${change.license.issuer} ${change.license.lid}`
    case 'FormLevelRaised':
      return `${change.type} ${change.form}`
    case 'MeteringAdded':
      return `${change.type} ${change.service}`
    default:
      return change.type
  }
}

const withChange = (changes: ReadonlyArray<Change>, change: Change): ReadonlyArray<Change> => [
  ...changes.filter((own) => placeOf(own) !== placeOf(change)),
  change,
]

/** However a set was come to, it leads to the same scene: a change that needs another is proposed after that only. */
const keyOf = (changes: ReadonlyArray<Change>): string =>
  changes
    .map((change) => JSON.stringify(change))
    .sort()
    .join()

/**
 * Finds the fewest changes under which a refused scene is allowed: breadth first by their number, and at each step what
 * could do away with a reason that the changed scene is refused for. Nothing when no such changes are known.
 */
export const searchChanges = (scene: Scene): ReadonlyArray<Change> | undefined => {
  const bySize: Array<Array<ReadonlyArray<Change>>> = [[[]]]
  const seen = new Set<string>()
  const put = (changes: ReadonlyArray<Change>): void => {
    const key = keyOf(changes)
    if (seen.has(key) || seen.size >= MOST_TRIED) return
    seen.add(key)
    const list = (bySize[changes.length] ??= [])
    list.push(changes)
  }
  for (let size = 0; size < bySize.length; size++) {
    // A change that takes the place of another makes the list longer that is gone through here.
    for (const changes of bySize[size] ?? []) {
      const changed = applyChanges(scene, changes)
      const { allowed, refusals } = judgeScene(changed)
      if (allowed) return changes
      for (const next of refusals.flatMap((refusal) => proposeChanges(changed, refusal))) put(withChange(changes, next))
    }
  }
  return undefined
}
