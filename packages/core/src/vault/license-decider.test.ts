import fc from 'fast-check'

import type { LicenseState } from '../license/license-state'
import { usageKey } from '../license/usage'
import { evolve, initial } from './license-decider'

type LicenseEvent = Parameters<typeof evolve>[1]
const reserved = (useId: string): LicenseEvent =>
  ({ type: 'UseReserved', data: { useId, action: 'Copy', window: 0 } }) as LicenseEvent
const returned = (useId: string): LicenseEvent => ({ type: 'UseReturned', data: { useId } }) as LicenseEvent
const used = ({ usage }: LicenseState): number => usage.get(usageKey('Copy', 0)) ?? 0

describe('license counts', () => {
  it('R12: a use counts once and comes back once, in any order and however often it is told', () => {
    const events = fc.array(
      fc.record({ useId: fc.constantFrom('a', 'b', 'c', 'd'), back: fc.boolean() }).map(({ useId, back }) =>
        back ? returned(useId) : reserved(useId)
      )
    )
    fc.assert(
      fc.property(events, (list) => {
        let state = initial
        for (const event of list) {
          state = evolve(state, event)
          expect(used(state)).toBe(state.reserved.size)
        }
      })
    )
  })
})
