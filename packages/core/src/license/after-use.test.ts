import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { afterUse } from './after-use'
import { evaluate } from './evaluate'
import { linksOf, type HeldLicense } from './held-license'
import { queryLicenseState } from './query-state'
import { rightState } from './right-state'
import { heldLicense, NOW, TRUSTED } from './testing/held-license'
import { ACTIONS, anyScene } from './testing/scene'

const ROOT_KEY = `${'C'.repeat(21)}A`
const counted = (count: number): object => ({ rights: [{ action: 'Copy', windows: [{ count }] }] })
const chain = (leaf: number, root: number): HeldLicense => ({
  ...heldLicense({ ...counted(leaf), chain: { role: 'leaf', uplink: ROOT_KEY, key: 'x' } }),
  root: heldLicense({ ...counted(root), keyId: ROOT_KEY, chain: { role: 'root' } }),
})
const countsOf = (held: HeldLicense, action: string): number =>
  linksOf(held).reduce((sum, link) => sum + rightState(link, action).counts.reduce((all, count) => all + count, 0), 0)

/** How often a license can be used until it refuses. */
const usesLeft = (held: HeldLicense, uses = 0): number => {
  const evaluation = evaluate(held, 'Copy', TRUSTED)
  return evaluation.type === 'Refused' ? uses : usesLeft(afterUse(held, 'Copy', evaluation, NOW), uses + 1)
}

describe('a use', () => {
  it.each([1, 2, 5])('LI-17: takes one of %i counts, until there is none', (count) => {
    expect(usesLeft(heldLicense(counted(count)))).toBe(count)
  })

  it.each([
    [3, 2],
    [2, 3],
  ])('LI-58: takes one of each link of a chain with %i and %i', (leaf, root) => {
    expect(usesLeft(chain(leaf, root))).toBe(2)
  })

  it('LI-20: of any right starts the hours', () => {
    const members = { rights: [{ action: 'Copy' }, { action: 'Play' }], afterFirstUseHours: 1 }
    const held = heldLicense(members)
    const first = evaluate(held, 'Play', TRUSTED)
    if (first.type !== 'Allowed') throw new Error('refused')
    const used = afterUse(held, 'Play', first, NOW)
    expect(used.state.firstUsedAt).toBe(NOW)
    const later = NOW + 3600 * 1_000_000 + 1
    expect(evaluate(used, 'Copy', { ...TRUSTED, now: later })).toMatchObject({ refusals: [{ rule: 'LI-20' }] })
    expect(evaluate(held, 'Copy', { ...TRUSTED, now: later }).type).toBe('Allowed')
    expect(afterUse(used, 'Copy', first, later).state.firstUsedAt).toBe(NOW)
  })

  it('P-13: takes one count of each link that counts, and no count falls below zero', () => {
    fc.assert(
      fc.property(anyScene, ({ held, action, circumstances }) => {
        const evaluation = evaluate(held, action, circumstances)
        if (evaluation.type === 'Refused') return
        const used = afterUse(held, action, evaluation, circumstances.now)
        const counting = linksOf(held).filter((link, place) => {
          const window = evaluation.takes[place]?.window ?? null
          return window !== null && rightState(link, action).counts[window] !== undefined
        })
        expect(evaluation.takes).toHaveLength(linksOf(held).length)
        expect(countsOf(used, action)).toBe(countsOf(held, action) - counting.length)
        for (const other of ACTIONS) {
          expect(linksOf(used).every((link) => rightState(link, other).counts.every((count) => count >= 0))).toBe(true)
          if (other !== action) expect(countsOf(used, other)).toBe(countsOf(held, other))
        }
        expect(queryLicenseState([used], action, circumstances).counts.every((count) => count >= 0)).toBe(true)
      }),
      { numRuns: runs(500) }
    )
  })
})
