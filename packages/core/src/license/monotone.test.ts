import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { evaluate, evaluateUse } from './evaluate'
import type { Evaluation } from './evaluation'
import { heldLicense, TRUSTED } from './testing/held-license'
import { anyRestriction, replacesLeafLevels } from './testing/restriction'
import { anyScene, type Scene } from './testing/scene'

const RUNS = 2_000
const ROOT_KEY = `${'C'.repeat(21)}A`
const PLAY = [{ action: 'Play' }]

type Judge = (scene: Scene) => Evaluation
const hint: Judge = ({ held, action, circumstances }) => evaluate(held, action, circumstances)
const use: Judge = ({ held, action, circumstances }) => evaluateUse(held, action, circumstances)

describe('evaluation', () => {
  it('is monotone: one restriction more never permits more, neither to a hint nor to a use, LI-58 excepted', () => {
    fc.assert(
      fc.property(anyScene, anyRestriction, (scene, { apply }) => {
        const restricted = apply(scene)
        if (replacesLeafLevels(scene, restricted)) return
        for (const judge of [hint, use]) {
          if (judge(restricted).type === 'Allowed') expect(judge(scene).type).toBe('Allowed')
        }
      }),
      { numRuns: runs(RUNS) }
    )
  })

  it('twin: an evaluation that lets a disabled license pass is not monotone, and this finds it', () => {
    const yes: Evaluation = { type: 'Allowed', takes: [], until: null, oplPresent: false, sapPresent: false }
    const lenient: Judge = (scene) => (scene.held.state.standing === 'disabled' ? yes : hint(scene))
    const outcome = fc.check(
      fc.property(anyScene, anyRestriction, (scene, { apply }) => {
        return lenient(apply(scene)).type !== 'Allowed' || lenient(scene).type === 'Allowed'
      }),
      { numRuns: 20 * RUNS, endOnFailure: true }
    )
    expect(outcome.failed).toBe(true)
  })

  it('LI-58: the first levels of a root are the one exception, by the rule', () => {
    const delivery = { type: 'output', forms: { analogVideo: 100 }, protections: [] } as const
    const leaf = heldLicense({ rights: PLAY, play: { analogVideo: 300 }, chain: { role: 'leaf', uplink: ROOT_KEY, key: 'x' } })
    const under = (play: object): Evaluation => {
      const root = heldLicense({ rights: PLAY, play, keyId: ROOT_KEY, chain: { role: 'root' } })
      return evaluate({ ...leaf, root }, 'Play', { ...TRUSTED, delivery })
    }
    expect(under({}).type).toBe('Refused')
    expect(under({ analogVideo: 100 }).type).toBe('Allowed')
  })

  it('permits and refuses often enough that these properties say something', () => {
    const scenes = fc.sample(fc.tuple(anyScene, anyRestriction), 1_000)
    const allowed = scenes.filter(([scene]) => hint(scene).type === 'Allowed')
    const still = allowed.filter(([scene, { apply }]) => hint(apply(scene)).type === 'Allowed')
    expect(allowed.length).toBeGreaterThan(100)
    expect(still.length).toBeGreaterThan(allowed.length / 4)
    expect(still.length).toBeLessThan(allowed.length)
  })
})
