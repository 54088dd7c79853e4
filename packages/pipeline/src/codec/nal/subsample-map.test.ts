import fc from 'fast-check'

import { addClear, addProtectable, createSubsampleMap, resetMap, type SubsampleMap } from './subsample-map'

const runs = (map: SubsampleMap): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: map.count }, (_, run) => [map.clear[run] ?? 0, map.protected[run] ?? 0])

const RULES = ['whole-blocks', 'to-the-end'] as const

describe('the subsample map (ISO/IEC 23001-7, 9.5.2)', () => {
  it('of whole blocks moves what is left of a block to the clear bytes, and joins clear runs', () => {
    const map = createSubsampleMap('whole-blocks')
    addClear(map, 30)
    addClear(map, 10)
    addProtectable(map, 9, 100)
    addProtectable(map, 8, 15)
    addProtectable(map, 7, 16)
    addClear(map, 6)
    expect(runs(map)).toEqual([[53, 96], [30, 16], [6, 0]])
    resetMap(map)
    addProtectable(map, 0, 32)
    expect(runs(map)).toEqual([[0, 32]])
  })

  it('10.4: of runs to the end has slice data of any size', () => {
    const map = createSubsampleMap('to-the-end')
    addClear(map, 30)
    addProtectable(map, 9, 100)
    addProtectable(map, 8, 15)
    addProtectable(map, 7, 0)
    addClear(map, 6)
    expect(runs(map)).toEqual([[39, 100], [8, 15], [13, 0]])
  })

  it.each(RULES)('%s: sums to the sample, and never has two clear runs side by side', (rule) => {
    const parts = fc.array(fc.tuple(fc.boolean(), fc.nat(100), fc.nat(200)), { maxLength: 300 })
    fc.assert(
      fc.property(parts, (list) => {
        const map = createSubsampleMap(rule)
        list.forEach(([clear, head, data]) => (clear ? addClear(map, head) : addProtectable(map, head, data)))
        const sum = list.reduce((total, [clear, head, data]) => total + head + (clear ? 0 : data), 0)
        const whole = (data: number): number => (rule === 'to-the-end' ? data : data - (data % 16))
        const covered = list.reduce((total, [clear, , data]) => total + (clear ? 0 : whole(data)), 0)
        expect(runs(map).reduce((total, [clear, guarded]) => total + clear + guarded, 0)).toBe(sum)
        expect(runs(map).reduce((total, [, guarded]) => total + guarded, 0)).toBe(covered)
        runs(map).forEach(([clear, guarded], index) => {
          if (rule === 'whole-blocks') expect(guarded % 16).toBe(0)
          if (index < map.count - 1) expect(guarded).toBeGreaterThan(0)
          else expect(clear + guarded).toBeGreaterThan(0)
        })
      })
    )
  })
})
