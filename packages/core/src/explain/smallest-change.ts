import type { Change } from './change'
import { changesToAllow } from './changes-to-allow'
import { changesToRefuse } from './changes-to-refuse'
import { judgeScene } from './judge-scene'
import { applyChanges } from './apply-change'
import type { Scene } from './scene'

/**
 * The fewest elementary changes under which a decision would have been the other one, or `null` where none are known.
 * What is proposed was tried: the scene is decided once more under the changes.
 */
export const smallestChange = (scene: Scene): ReadonlyArray<Change> | null => {
  const { allowed } = judgeScene(scene)
  const changes = allowed ? changesToRefuse(scene) : changesToAllow(scene)
  return changes !== undefined && judgeScene(applyChanges(scene, changes)).allowed !== allowed ? changes : null
}
